// SPDX-License-Identifier: Apache-2.0
// SMB 2 and 3 (MS-SMB2 2.2). Offsets named in the specification count from the message's header.
#include "inspect/proto/smb/names.h"
#include "inspect/proto/smb/smb_parser.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {
namespace {

constexpr size_t kHeaderBytes = 64;
constexpr uint32_t kResponseFlag = 1, kAsyncFlag = 2;
constexpr uint32_t kStatusPending = 0x103, kBufferOverflow = 0x80000005;
constexpr uint32_t kTransceive = 0x0011c017;
enum Command : uint16_t {
  kNegotiate = 0,
  kSessionSetup = 1,
  kTreeConnect = 3,
  kTreeDisconnect = 4,
  kCreate = 5,
  kClose = 6,
  kRead = 8,
  kWrite = 9,
  kControl = 11,
  kGetInfo = 16,
  kSetInfo = 17,
};

}  // namespace

void SmbParser::message2(Direction direction, Bytes bytes, size_t missing, FlowContext& flow) {
  while (!bytes.empty()) {
    ByteReader reader(bytes);
    Message message;
    reader.skip(8);
    message.status = reader.u32_le();
    message.command = reader.u16_le();
    reader.skip(2);
    const uint32_t flags = reader.u32_le();
    const size_t next = reader.u32_le();
    message.id = reader.u64_le();
    reader.skip(4);
    message.tree = reader.u32_le();
    message.session = reader.u64_le();
    if (reader.failed() || bytes.size() < kHeaderBytes) {
      counter_of(Weird::kCutShort).add();
      return;
    }
    const bool whole = next == 0 || next > bytes.size() || next < kHeaderBytes;
    message.bytes = whole ? bytes : bytes.first(next);
    message.missing = whole ? missing : 0;
    message.body = message.bytes.subspan(kHeaderBytes);
    message.way = direction;
    if ((flags & kAsyncFlag) != 0) message.tree = 0;
    if ((flags & kResponseFlag) != 0)
      response2(message, flow);
    else
      request2(message, flow);
    if (whole) return;
    bytes = bytes.subspan(next);
  }
}

void SmbParser::request2(const Message& message, FlowContext& flow) {
  Waiting waiting;
  waiting.command = message.command;
  ByteReader body(message.body);
  switch (message.command) {
    case kRead:
    case kWrite:
      if (!data_request2(message, waiting, flow)) counter_of(Weird::kCutShort).add();
      return wait(message, std::move(waiting));
    case kControl:
      control_request2(message, waiting, flow);
      return wait(message, std::move(waiting));
    case kGetInfo: return wait(message, std::move(waiting));
    case kSetInfo:
      set_info_request2(message, waiting, flow);
      return wait(message, std::move(waiting));
    default: break;
  }
  SmbTransaction& transaction = open(message, flow);
  waiting.transaction = transaction.id;
  if (message.command == kNegotiate) negotiate_request2(message, transaction);
  if (message.command == kSessionSetup) {
    body.skip(12);
    const size_t offset = body.u16_le();
    transaction.ntlmssp = read_ntlmssp(message.part(offset, body.u16_le()));
  }
  if (message.command == kTreeConnect) {
    body.skip(4);
    const size_t offset = body.u16_le();
    transaction.share = from_utf16(message.part(offset, body.u16_le()));
    transaction.connects_tree = true;
  }
  if (message.command == kCreate) create_request2(message, transaction);
  if (message.command == kClose) {
    body.skip(8);
    waiting.file_id = as_text(body.take(16));
  }
  wait(message, std::move(waiting));
}

void SmbParser::negotiate_request2(const Message& message, SmbTransaction& transaction) {
  ByteReader body(message.body);
  body.skip(2);
  const size_t count = body.u16_le();
  body.skip(8);
  transaction.client_guid = as_text(body.take(16));
  body.skip(8);
  for (size_t i = 0; i < std::min(count, kDialectsMax); ++i) {
    const uint16_t dialect = body.u16_le();
    if (body.failed()) return;
    transaction.client_dialects.push_back(dialect_text(dialect));
  }
}

void SmbParser::negotiate_response2(const Message& message, SmbTransaction& transaction) {
  ByteReader body(message.body);
  body.skip(4);
  const uint16_t dialect = body.u16_le();
  body.skip(2);
  const Bytes guid = body.take(16);
  body.skip(8);
  transaction.read_max = body.u32_le();
  transaction.write_max = body.u32_le();
  if (body.failed()) return;
  dialect_ = dialect_text(dialect);
  transaction.server_guid = as_text(guid);
}

void SmbParser::create_request2(const Message& message, SmbTransaction& transaction) {
  ByteReader body(message.body);
  body.skip(36);
  SmbCreated create;
  create.disposition = body.u32_le();
  const uint32_t options = body.u32_le();
  create.directory = (options & 0x1) != 0;
  create.delete_on_close = (options & 0x1000) != 0;
  const size_t offset = body.u16_le();
  const size_t length = body.u16_le();
  if (body.failed()) return;
  transaction.create = create;
  transaction.file_name = length == 0 ? "<share_root>" : from_utf16(message.part(offset, length));
  show_tree(transaction, message.tree);
}

void SmbParser::create_response2(const Message& message, SmbTransaction& transaction) {
  ByteReader body(message.body);
  body.skip(8);
  SmbCreated& create = *transaction.create;
  create.created = unix_seconds(body.u64_le());
  create.accessed = unix_seconds(body.u64_le());
  create.modified = unix_seconds(body.u64_le());
  create.changed = unix_seconds(body.u64_le());
  body.skip(8);
  create.size = body.u64_le();
  body.skip(8);
  const Bytes file_id = body.take(16);
  if (body.failed()) return;
  create.answered = true;
  transaction.file_id = as_text(file_id);
  Handle handle;
  handle.name = transaction.file_name;
  handle.pipe = transaction.share_is_pipe;
  handle.tree = transaction.tree_id;
  remember_handle(transaction.file_id, std::move(handle));
}

void SmbParser::tree_response2(const Message& message, SmbTransaction& transaction) {
  ByteReader body(message.body);
  body.skip(2);
  const uint8_t type = body.u8();
  transaction.tree_id = message.tree;
  if (body.failed() || message.status != 0) return;
  transaction.share_is_pipe = type == 2;
  transaction.share_type = share_type_text(type);
  remember_tree(message.tree, {transaction.share, transaction.share_type, type == 2});
}

// READ and WRITE. False: the request does not hold what it says.
bool SmbParser::data_request2(const Message& message, Waiting& waiting, FlowContext& flow) {
  ByteReader body(message.body);
  if (message.command == kRead) {
    body.skip(8);
    waiting.offset = body.u64_le();
    waiting.file_id = as_text(body.take(16));
    return !body.failed();
  }
  body.skip(2);
  const size_t offset = body.u16_le();
  const size_t length = body.u32_le();
  waiting.offset = body.u64_le();
  waiting.file_id = as_text(body.take(16));
  if (body.failed()) return false;
  const Bytes data = message.part(offset, length);
  const Moved moved = data_moved(message, Direction::kToServer, waiting, data, length, flow);
  waiting.transaction = moved.call;
  waiting.subcommand = moved.over_pipe ? 1 : 0;
  return true;
}

void SmbParser::data_response2(const Message& message, const Waiting& waiting, FlowContext& flow) {
  if (waiting.command == kWrite) {
    if (SmbTransaction* transaction = live(waiting.transaction)) {
      transaction->status = message.status;
      return;  // the call is over when its answer was read
    }
    return file_status(waiting.file_id, Direction::kToServer, message.status);
  }
  if (message.status != 0 && message.status != kBufferOverflow) return;
  ByteReader body(message.body);
  body.skip(2);
  const size_t offset = body.u8();
  body.skip(1);
  const size_t length = body.u32_le();
  if (body.failed()) return;
  data_moved(message, Direction::kToClient, waiting, message.part(offset, length), length, flow);
}

void SmbParser::control_request2(const Message& message, Waiting& waiting, FlowContext& flow) {
  ByteReader body(message.body);
  body.skip(4);
  const uint32_t control = body.u32_le();
  waiting.file_id = as_text(body.take(16));
  const size_t offset = body.u32_le();
  const size_t length = body.u32_le();
  if (control == kTransceive) {
    waiting.subcommand = 1;
    waiting.transaction = pipe_data(message, Direction::kToServer, waiting.file_id,
                                    message.part(offset, length), flow);
  }
  if (!waiting.transaction) waiting.transaction = open(message, flow).id;
  if (SmbTransaction* transaction = live(waiting.transaction))
    transaction->function = control_text(control);
}

void SmbParser::set_info_request2(const Message& message, Waiting& waiting, FlowContext& flow) {
  ByteReader body(message.body);
  body.skip(2);
  const uint8_t info_type = body.u8(), level = body.u8();
  const size_t length = body.u32_le();
  const size_t offset = body.u16_le();
  body.skip(6);
  waiting.file_id = as_text(body.take(16));
  constexpr uint8_t kFileInfo = 1, kRename = 10, kDisposition = 13;
  if (body.failed() || info_type != kFileInfo || (level != kRename && level != kDisposition))
    return;
  SmbTransaction& transaction = open(message, flow);
  waiting.transaction = transaction.id;
  const auto handle = handles_.find(waiting.file_id);
  const std::string name = handle == handles_.end() ? "" : handle->second.name;
  transaction.file_id = waiting.file_id;
  transaction.set_info_class = "FILE_INFO";
  transaction.set_info_level = level == kRename ? "RENAME" : "DISPOSITION";
  ByteReader info(message.part(offset, length));
  if (level == kDisposition) {
    transaction.file_name = name;
    transaction.set_delete = info.u8() != 0;
    return;
  }
  info.skip(16);
  const size_t name_length = info.u32_le();
  transaction.rename_from = name;
  transaction.rename_to = from_utf16(info.take(std::min(name_length, info.remaining())));
}

void SmbParser::response2(const Message& message, FlowContext& flow) {
  if (message.status == kStatusPending) return;  // the answer proper is still to come
  std::optional<Waiting> waiting = answered(message);
  if (!waiting) {
    // An SMB 1 client that offered SMB 2: its request has another form of id.
    if (message.command != kNegotiate) return;
    for (const auto& candidate : transactions_) {
      auto& transaction = static_cast<SmbTransaction&>(*candidate);
      if (transaction.done() || transaction.version != 1 || transaction.command != 0x72) continue;
      negotiate_response2(message, transaction);
      finish(transaction, message);
    }
    return;
  }
  if (waiting->command == kRead || waiting->command == kWrite)
    return data_response2(message, *waiting, flow);
  if (waiting->command == kControl && waiting->subcommand == 1) {
    ByteReader body(message.body);
    body.skip(32);
    const size_t offset = body.u32_le();
    const Bytes data = message.part(offset, body.u32_le());
    pipe_data(message, Direction::kToClient, waiting->file_id, data, flow);
  }
  if (waiting->command == kTreeDisconnect) trees_.erase(message.tree);
  if (waiting->command == kClose) close_handle(waiting->file_id);
  SmbTransaction* transaction = live(waiting->transaction);
  if (transaction == nullptr) return;
  if (message.command == kNegotiate && message.status == 0)
    negotiate_response2(message, *transaction);
  if (message.command == kTreeConnect) tree_response2(message, *transaction);
  if (message.command == kCreate && transaction->create && message.status == 0)
    create_response2(message, *transaction);
  finish(*transaction, message);
}

}  // namespace picket::inspect::smb
