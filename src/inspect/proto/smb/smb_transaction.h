// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/transaction.h"
#include "inspect/file/file_body.h"
#include "inspect/proto/dcerpc/rpc_call.h"
#include "inspect/proto/smb/ntlmssp.h"

namespace picket::inspect::smb {

constexpr size_t kDialectsMax = 32;
constexpr size_t kAheadMax = 1 << 20;  // bytes of a file that came before what is in front of them

// A file being read or written over SMB: pieces in any order become a FileBody in order.
class SmbFile {
 public:
  SmbFile(std::string_view name, Direction of_bytes) : way(of_bytes), body(as_bytes(name)) {}
  void write(uint64_t offset, Bytes bytes);
  void close();

  const Direction way;
  FileBody body;

 private:
  void take_ahead();

  uint64_t next_ = 0;
  bool begun_ = false;
  std::map<uint64_t, std::string> ahead_;
  size_t ahead_bytes_ = 0;
};

struct SmbCreated {  // what CREATE asked for and was told
  uint32_t disposition = 0;
  bool directory = false, delete_on_close = false, answered = false;
  uint64_t created = 0, accessed = 0, modified = 0, changed = 0, size = 0;
};

// A request with its answer; or all reads, or all writes, of a file; or a call over a pipe. Both
// sides are done together.
class SmbTransaction : public Transaction {
 public:
  SmbTransaction(uint64_t tx_id, unsigned version, uint16_t command);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  FileBody* file(Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  const unsigned version;
  const uint16_t command;
  std::string dialect;
  std::optional<uint32_t> status;
  bool dos_error = false;  // of SMB1: class and code in `status`
  uint64_t session_id = 0;
  uint32_t tree_id = 0;

  std::vector<std::string> client_dialects;
  std::string client_guid, server_guid;  // raw
  uint32_t read_max = 0, write_max = 0;
  std::optional<Ntlmssp> ntlmssp;
  std::string request_os, request_lm, response_os, response_lm;

  std::string share, share_type;
  bool share_is_pipe = false, connects_tree = false;
  std::string file_name, file_id;
  std::optional<SmbCreated> create;
  std::string rename_from, rename_to, set_info_class, set_info_level, function;
  std::optional<bool> set_delete;  // of SET_INFO: delete on close
  std::optional<dcerpc::RpcCall> rpc;
  std::unique_ptr<SmbFile> data;

 private:
  void append_status(JsonWriter& out) const;
  void append_negotiation(JsonWriter& out) const;
  void append_file(JsonWriter& out) const;
  void append_rpc(JsonWriter& out) const;
  std::string scratch_;
};

}  // namespace picket::inspect::smb
