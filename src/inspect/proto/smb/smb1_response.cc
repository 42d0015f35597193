// SPDX-License-Identifier: Apache-2.0
// SMB 1 (MS-CIFS 2.2, MS-SMB 2.2): answers.
#include "inspect/proto/smb/names.h"
#include "inspect/proto/smb/smb1.h"
#include "inspect/proto/smb/smb_parser.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {

void SmbParser::response1(const Message& whole, FlowContext& flow) {
  Message message = whole;
  uint16_t command = message.command;
  size_t offset = kHeaderBytes1;
  for (size_t chained = 0; chained < kChainMax1; ++chained) {
    const Parts1 parts = read_parts1(message.bytes, offset);
    ByteReader words(parts.words);
    uint8_t next = kNoAndX;
    size_t next_offset = 0;
    if (has_andx1(command) && parts.words.size() >= 4) {
      next = words.u8();
      words.skip(1);
      next_offset = words.u16_le();
    }
    message.command = command;
    const std::optional<Waiting> waiting = answered(message);
    if (!waiting) return;
    data_response1(message, *waiting, words, flow);
    if (SmbTransaction* transaction = live(waiting->transaction)) {
      named_response1(message, *waiting, words, parts.data, *transaction);
      const bool call_goes_on =
          transaction->rpc && !transaction->rpc->response_done && message.status == 0;
      if (call_goes_on)
        transaction->status = message.status;
      else
        finish(*transaction, message);
    }
    const bool more = next != kNoAndX && next_offset > offset && parts.good;
    if (!more && message.status == 0) return;
    // A chain that failed is answered once, for all of it.
    offset = more ? next_offset : message.bytes.size();
    command = next;
    message.id ^= uint64_t{chained + 1} << 48;
  }
}

void SmbParser::data_response1(const Message& message, const Waiting& waiting, ByteReader& words,
                               FlowContext& flow) {
  const bool good = message.status == 0;
  if (waiting.command == kReadAndX1 && good) {
    words.skip(6);
    const size_t low = words.u16_le();
    const size_t offset = words.u16_le();
    const size_t length = static_cast<size_t>(words.u16_le()) << 16 | low;
    if (words.failed() || offset > message.bytes.size()) return;
    data_moved(message, Direction::kToClient, waiting, message.part(offset, length), length, flow);
  } else if (waiting.command == kWriteAndX1 || waiting.command == kWrite1) {
    if (waiting.subcommand == 0) file_status(waiting.file_id, Direction::kToServer, message.status);
  } else if (waiting.command == kTrans1 && waiting.subcommand == 1) {
    words.skip(12);
    const size_t length = words.u16_le();
    const size_t offset = words.u16_le();
    if (words.failed() || offset > message.bytes.size()) return;
    pipe_data(message, Direction::kToClient, waiting.file_id, message.part(offset, length), flow);
  } else if (waiting.command == kClose1 || waiting.command == kWriteAndClose1) {
    close_handle(waiting.file_id);
  } else if (waiting.command == kTreeDisconnect1) {
    trees_.erase(message.tree);
  }
}

void SmbParser::named_response1(const Message& message, const Waiting& waiting, ByteReader& words,
                                Bytes data, SmbTransaction& transaction) {
  const size_t base = data.empty() ? 0 : static_cast<size_t>(data.data() - message.bytes.data());
  if (waiting.command == kNegotiate1) {
    const uint16_t chosen = words.u16_le();
    if (!words.failed() && chosen < transaction.client_dialects.size())
      dialect_ = transaction.client_dialects[chosen];
    const bool extended = words.remaining() >= 32;
    if (extended && data.size() >= 16) transaction.server_guid = as_text(data.first(16));
  } else if (waiting.command == kSessionSetup1) {
    words.skip(2);
    const bool extended = words.remaining() >= 2;
    const size_t blob = extended ? std::min<size_t>(words.u16_le(), data.size()) : 0;
    Strings1 rest(data.subspan(blob), base + blob, message.unicode);
    transaction.response_os = rest.next();
    transaction.response_lm = rest.next();
    transaction.tree_id = message.tree;
  } else if (waiting.command == kTreeConnect1 && message.status == 0) {
    Strings1 strings(data, base, false);
    const std::string service = strings.next_ascii();
    transaction.share_is_pipe = service == "IPC";
    transaction.share_type = share_type_text(service == "IPC"             ? 2
                                             : service.starts_with("LPT") ? 3
                                                                          : 1);
    transaction.tree_id = message.tree;
    remember_tree(message.tree,
                  {transaction.share, transaction.share_type, transaction.share_is_pipe});
  } else if ((waiting.command == kNtCreate1 || waiting.command == kOpenAndX1) &&
             message.status == 0 && transaction.create) {
    SmbCreated& create = *transaction.create;
    if (waiting.command == kNtCreate1) words.skip(1);
    transaction.file_id = as_text(words.take(2));
    if (waiting.command == kNtCreate1) {
      words.skip(4);
      create.created = unix_seconds(words.u64_le());
      create.accessed = unix_seconds(words.u64_le());
      create.modified = unix_seconds(words.u64_le());
      create.changed = unix_seconds(words.u64_le());
      words.skip(12);
      create.size = words.u64_le();
    }
    create.answered = !words.failed();
    Handle handle;
    handle.name = transaction.file_name;
    handle.pipe = transaction.share_is_pipe;
    handle.tree = message.tree;
    remember_handle(transaction.file_id, std::move(handle));
  }
}

}  // namespace picket::inspect::smb
