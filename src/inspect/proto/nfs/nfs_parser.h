// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/file/file_body.h"

namespace picket::inspect::nfs {

constexpr uint32_t kProgram = 100'003;
constexpr size_t kRecordMax = 1 << 20;  // a longer record is passed over
constexpr size_t kWaitingMax = 512;     // calls without reply
constexpr size_t kFilesMax = 64;        // being read or written at a time
constexpr size_t kNamesMax = 1024;      // of file handles

// An RPC call of NFS.
struct Call {
  uint32_t xid = 0, version = 0, procedure = 0;
  uint32_t credentials = 0;  // RPC's flavour: 0 none, 1 Unix
  std::string machine;
  uint32_t uid = 0, gid = 0;
};

// A call with its reply; or, with `data`, all reads or all writes of one file (`call`: the first).
class NfsTransaction final : public Transaction {
 public:
  explicit NfsTransaction(uint64_t number) : Transaction(AppProtocol::kNfs, number) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  uint64_t body_offset(BufferId id, Direction direction) const override;
  FileBody* file(Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  void append_eve_more(JsonWriter& out) const override;
  std::string_view eve_type() const override { return "nfs"; }

  Call call;
  std::string name, new_name;
  std::optional<uint32_t> status;  // nullopt: no reply was seen
  std::unique_ptr<FileBody> data;
  Direction data_way = Direction::kToServer;
};

// NFS 2 and 3, and of version 4 what a COMPOUND is about, over RPC with record marks (TCP) or in
// datagrams. Files are followed for versions 2 and 3.
class NfsParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  // What a call asked, for its reply.
  struct Waiting {
    Call call;
    std::optional<uint64_t> transaction;
    std::string handle, name, new_name;
    uint64_t offset = 0;
  };
  void message(Direction direction, Bytes bytes, FlowContext& flow);
  void call(ByteReader& reader, uint32_t xid, FlowContext& flow);
  void reply(ByteReader& reader, uint32_t xid, FlowContext& flow);
  static bool read_call(ByteReader& reader, Call& call);
  void arguments(ByteReader& reader, Waiting& waiting);
  void read_reply(ByteReader& reader, const Waiting& waiting, FlowContext& flow);
  void looked_up(ByteReader& reader, const Waiting& waiting);
  void file_data(Direction way, const Waiting& waiting, Bytes data, FlowContext& flow);
  void end_file(const std::string& key);

  std::map<uint32_t, Waiting> waiting_;       // by xid
  std::map<std::string, uint64_t> files_;     // transaction, by direction and handle
  std::map<std::string, std::string> names_;  // by handle
  size_t passed_over_[2] = {0, 0};
  bool out_of_step_[2] = {false, false};
};

}  // namespace picket::inspect::nfs
