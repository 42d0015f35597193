// SPDX-License-Identifier: Apache-2.0
// SMB 1 (MS-CIFS 2.2, MS-SMB 2.2): requests. Offsets named there count from the message's header.
#include "inspect/proto/smb/smb1.h"

#include "base/ascii.h"
#include "inspect/proto/smb/names.h"
#include "inspect/proto/smb/smb_parser.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {

std::string Strings1::next() {
  if (unicode_) {
    if ((base_ + at_) % 2 != 0) ++at_;
    const Bytes rest = at_ < bytes_.size() ? bytes_.subspan(at_) : Bytes();
    size_t length = 0;
    while (length + 1 < rest.size() && (rest[length] != 0 || rest[length + 1] != 0)) length += 2;
    at_ += length + 2;
    return from_utf16(rest.first(std::min(length, rest.size())));
  }
  return next_ascii();
}

std::string Strings1::next_ascii() {
  const Bytes rest = at_ < bytes_.size() ? bytes_.subspan(at_) : Bytes();
  const std::string_view text = as_text(rest).substr(0, as_text(rest).find('\0'));
  at_ += text.size() + 1;
  return std::string(text);
}

void SmbParser::message1(Direction direction, Bytes bytes, size_t missing, FlowContext& flow) {
  ByteReader reader(bytes);
  Message message;
  message.version = 1;
  reader.skip(4);
  message.command = reader.u8();
  message.status = reader.u32_le();
  const uint8_t flags = reader.u8();
  const uint16_t flags2 = reader.u16_le();
  reader.skip(12);
  message.tree = reader.u16_le();
  const uint64_t process = reader.u16_le();
  message.session = reader.u16_le();
  message.id = uint64_t{1} << 63 | process << 16 | reader.u16_le();
  if (reader.failed()) {
    counter_of(Weird::kCutShort).add();
    return;
  }
  message.unicode = (flags2 & 0x8000) != 0;
  message.dos_error = (flags2 & 0x4000) == 0;
  message.bytes = bytes;
  message.missing = missing;
  message.way = direction;
  if ((flags & 0x80) != 0)
    response1(message, flow);
  else
    request1(message, message.command, kHeaderBytes1, flow);
}

void SmbParser::request1(Message message, uint16_t command, size_t offset, FlowContext& flow) {
  for (size_t chained = 0; chained < kChainMax1; ++chained) {
    Parts1 parts = read_parts1(message.bytes, offset);
    if (!parts.good) {
      counter_of(Weird::kCutShort).add();
      return;
    }
    ByteReader words(parts.words);
    uint8_t next = kNoAndX;
    size_t next_offset = 0;
    if (has_andx1(command)) {
      next = words.u8();
      words.skip(1);
      next_offset = words.u16_le();
    }
    message.command = command;
    Waiting waiting;
    waiting.command = command;
    if (!data_request1(message, command, words, waiting, flow)) {
      SmbTransaction& transaction = open(message, flow);
      waiting.transaction = transaction.id;
      named_request1(message, command, words, parts.data, transaction);
      if (command == kClose1) waiting.file_id = as_text(words.take(2));
    } else if (command == kTrans1) {
      pipe_request1(message, words, parts.data, waiting, flow);
    }
    wait(message, std::move(waiting));
    if (next == kNoAndX || next_offset <= offset) return;
    command = next;
    offset = next_offset;
    message.id ^= uint64_t{chained + 1} << 48;  // answers of a chain are found in the same order
  }
}

// True: a request that needs no transaction of its own, or gets it elsewhere.
bool SmbParser::data_request1(const Message& message, uint16_t command, ByteReader& words,
                              Waiting& waiting, FlowContext& flow) {
  switch (command) {
    case kReadAndX1:
      waiting.file_id = as_text(words.take(2));
      waiting.offset = words.u32_le();
      return true;
    case kWriteAndX1:
    case kWrite1:
    case kWriteAndClose1: {
      waiting.file_id = as_text(words.take(2));
      size_t length = 0, offset = 0;
      if (command == kWriteAndX1) {
        waiting.offset = words.u32_le();
        words.skip(8);
        const size_t high = words.u16_le();
        length = high << 16 | words.u16_le();
        offset = words.u16_le();
      } else {
        length = words.u16_le();
        waiting.offset = words.u32_le();
        const size_t word_count = command == kWrite1 ? 5 : message.bytes[kHeaderBytes1];
        offset = kHeaderBytes1 + 1 + word_count * 2 + 2 + (command == kWrite1 ? 3 : 1);
      }
      if (words.failed() || offset > message.bytes.size()) {
        counter_of(Weird::kCutShort).add();
        return true;
      }
      const Moved moved = data_moved(message, Direction::kToServer, waiting,
                                     message.part(offset, length), length, flow);
      waiting.transaction = moved.call;
      waiting.subcommand = moved.over_pipe ? 1 : 0;
      return true;
    }
    case kTrans1:
    case kTrans2: return true;
    default: return false;
  }
}

// TRANS on a pipe (TransactNmPipe): the call is in its data.
void SmbParser::pipe_request1(const Message& message, ByteReader& words, Bytes, Waiting& waiting,
                              FlowContext& flow) {
  words.skip(22);  // counts and flags
  const size_t length = words.u16_le();
  const size_t offset = words.u16_le();
  const size_t setup = words.u8();
  words.skip(1);
  const uint16_t function = words.u16_le();
  if (words.failed() || setup < 2 || function != 0x26 || offset > message.bytes.size()) return;
  waiting.file_id = as_text(words.take(2));
  waiting.subcommand = 1;
  const Bytes data = message.part(offset, length);
  waiting.transaction = pipe_data(message, Direction::kToServer, waiting.file_id, data, flow);
}

void SmbParser::named_request1(const Message& message, uint16_t command, ByteReader& words,
                               Bytes data, SmbTransaction& transaction) {
  const size_t base = static_cast<size_t>(data.data() - message.bytes.data());
  Strings1 strings(data, base, message.unicode);
  if (command == kNegotiate1) {
    Strings1 names(data, base, false);
    while (names.more() && transaction.client_dialects.size() < kDialectsMax) {
      std::string name = names.next_ascii();
      if (!name.empty() && name.front() == '\2') name.erase(0, 1);
      if (!name.empty()) transaction.client_dialects.push_back(std::move(name));
    }
  } else if (command == kSessionSetup1) {
    const bool extended = message.bytes[kHeaderBytes1] == 12;
    words.skip(10);
    const size_t blob = words.u16_le();  // security blob, or the first password
    const size_t second = extended ? 0 : words.u16_le();
    const size_t skipped = std::min(blob + second, data.size());
    if (extended) transaction.ntlmssp = read_ntlmssp(data.first(skipped));
    Strings1 rest(data.subspan(skipped), base + skipped, message.unicode);
    if (!extended) {
      Ntlmssp who;
      who.user = rest.next();
      who.domain = rest.next();
      if (!who.user.empty()) transaction.ntlmssp = who;
    }
    transaction.request_os = rest.next();
    transaction.request_lm = rest.next();
  } else if (command == kTreeConnect1) {
    words.skip(2);
    const size_t password = std::min<size_t>(words.u16_le(), data.size());
    Strings1 rest(data.subspan(password), base + password, message.unicode);
    transaction.share = rest.next();
    transaction.connects_tree = true;
  } else if (command == kNtCreate1) {
    words.skip(3);
    SmbCreated create;
    words.skip(28);
    words.skip(4);
    create.disposition = words.u32_le();
    const uint32_t options = words.u32_le();
    create.directory = (options & 1) != 0;
    create.delete_on_close = (options & 0x1000) != 0;
    transaction.create = create;
    transaction.file_name = strings.next();
    show_tree(transaction, message.tree);
  } else if (command == kOpenAndX1) {
    transaction.create.emplace();
    transaction.create->disposition = 1;
    transaction.file_name = strings.next();
    show_tree(transaction, message.tree);
  } else if (command == kRename1) {
    transaction.set_info_class = "FILE_INFO";
    transaction.set_info_level = "RENAME";
    Strings1 old_name(data.subspan(std::min<size_t>(1, data.size())), base + 1, message.unicode);
    transaction.rename_from = old_name.next();
    old_name.skip(1);
    transaction.rename_to = old_name.next();
  }
}

}  // namespace picket::inspect::smb
