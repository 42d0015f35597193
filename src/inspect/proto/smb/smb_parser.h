// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/proto/smb/smb_transaction.h"

namespace picket::inspect::smb {

constexpr size_t kRecordWholeMax = 80 << 10;  // a record up to here is waited for; longer reads and
                                              // writes pass as they come, longer others up to
constexpr size_t kRecordMax = 512 << 10;      // here are waited for too; beyond, passed over
constexpr size_t kRecordHead = 512;           // enough of a long record to know what it is
constexpr size_t kWaitingMax = 512;           // requests without answer
constexpr size_t kHandlesMax = 1024;
constexpr size_t kTreesMax = 256;
constexpr size_t kPipeBytesMax = 80 << 10;  // of a fragment of a call, of one pipe and direction

// SMB 1, 2 and 3 (MS-CIFS, MS-SMB, MS-SMB2) over TCP and NetBIOS sessions (RFC 1002); encrypted
// records are passed over. Knows shares by tree id, files and pipes by file id. A transaction is a
// request with its answer, but all reads (or writes) of a file are one.
class SmbParser : public AppParser {
 public:
  explicit SmbParser(const AppSettings& settings) : settings_(settings) {}
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  struct Tree {
    std::string name, type;
    bool pipe = false;
  };
  struct Handle {
    std::string name = {};
    bool pipe = false;
    uint32_t tree = 0;
    std::array<std::optional<uint64_t>, 2> file_tx = {};  // of writes, of reads
    dcerpc::RpcState rpc = dcerpc::RpcState();
    std::array<std::string, 2> pipe_bytes = {};
  };
  struct Waiting {
    std::optional<uint64_t> transaction;
    uint16_t command = 0;
    std::string file_id;
    uint64_t offset = 0;
    uint16_t subcommand = 0;
  };
  // One message of a record. `body` is behind the header; offsets in messages count from `bytes`.
  struct Message {
    unsigned version = 2;
    Direction way = Direction::kToServer;
    uint16_t command = 0;
    uint32_t status = 0, tree = 0;
    uint64_t session = 0, id = 0;
    bool dos_error = false, unicode = true;
    Bytes bytes, body;
    size_t missing = 0;  // bytes of the record that are still to come

    // What is between two places of it, as far as it is there.
    Bytes part(size_t offset, size_t length) const {
      if (offset > bytes.size()) return {};
      return bytes.subspan(offset, std::min(length, bytes.size() - offset));
    }
  };
  struct Side {
    size_t record_left = 0;  // of a record that passes as it comes
    size_t data_left = 0;    // of file data in it
    uint64_t data_offset = 0;
    std::optional<uint64_t> data_tx;
    bool out_of_step = false;
  };

  // Framing (smb_parser.cc).
  void pass(Side& side, Bytes bytes);
  bool is_data_record(Bytes record) const;
  void record(Direction direction, Bytes bytes, size_t missing, FlowContext& flow);

  // Shared (smb_state.cc).
  SmbTransaction& open(const Message& message, FlowContext& flow);
  SmbTransaction* live(std::optional<uint64_t> id);
  void wait(const Message& message, Waiting waiting);
  std::optional<Waiting> answered(const Message& message);
  void finish(SmbTransaction& transaction, const Message& message);
  void remember_tree(uint32_t id, Tree tree);
  Handle& remember_handle(const std::string& file_id, Handle handle);
  void show_tree(SmbTransaction& transaction, uint32_t tree) const;
  bool is_pipe(const Message& message, const std::string& file_id, Bytes data) const;
  void file_data(const Message& message, Direction way, const std::string& file_id, uint64_t offset,
                 Bytes data, size_t announced, FlowContext& flow);
  struct Moved {
    bool over_pipe = false;
    std::optional<uint64_t> call;  // transaction of the call that it belongs to
  };
  Moved data_moved(const Message& message, Direction way, const Waiting& waiting, Bytes data,
                   size_t announced, FlowContext& flow);
  void file_status(const std::string& file_id, Direction way, uint32_t status);
  void close_handle(const std::string& file_id);
  std::optional<uint64_t> pipe_data(const Message& message, Direction way,
                                    const std::string& file_id, Bytes data, FlowContext& flow);
  std::optional<uint64_t> fragment(const Message& message, Direction way, Handle& handle,
                                   const dcerpc::Pdu& pdu, FlowContext& flow);

  // SMB 2 and 3 (smb2.cc).
  void message2(Direction direction, Bytes bytes, size_t missing, FlowContext& flow);
  void request2(const Message& message, FlowContext& flow);
  void response2(const Message& message, FlowContext& flow);
  void negotiate_request2(const Message& message, SmbTransaction& transaction);
  void negotiate_response2(const Message& message, SmbTransaction& transaction);
  void create_request2(const Message& message, SmbTransaction& transaction);
  void create_response2(const Message& message, SmbTransaction& transaction);
  void tree_response2(const Message& message, SmbTransaction& transaction);
  bool data_request2(const Message& message, Waiting& waiting, FlowContext& flow);
  void data_response2(const Message& message, const Waiting& waiting, FlowContext& flow);
  void control_request2(const Message& message, Waiting& waiting, FlowContext& flow);
  void set_info_request2(const Message& message, Waiting& waiting, FlowContext& flow);

  // SMB 1 (smb1*.cc).
  void message1(Direction direction, Bytes bytes, size_t missing, FlowContext& flow);
  void request1(Message message, uint16_t command, size_t offset, FlowContext& flow);
  void response1(const Message& message, FlowContext& flow);
  bool data_request1(const Message& message, uint16_t command, ByteReader& words, Waiting& waiting,
                     FlowContext& flow);
  void named_request1(const Message& message, uint16_t command, ByteReader& words, Bytes data,
                      SmbTransaction& transaction);
  void pipe_request1(const Message& message, ByteReader& words, Bytes data, Waiting& waiting,
                     FlowContext& flow);
  void data_response1(const Message& message, const Waiting& waiting, ByteReader& words,
                      FlowContext& flow);
  void named_response1(const Message& message, const Waiting& waiting, ByteReader& words,
                       Bytes data, SmbTransaction& transaction);

  const AppSettings& settings_;
  std::string dialect_;
  std::map<uint64_t, Waiting> waiting_;
  std::map<std::string, Handle> handles_;
  std::map<uint32_t, Tree> trees_;
  Side sides_[2];
};

}  // namespace picket::inspect::smb
