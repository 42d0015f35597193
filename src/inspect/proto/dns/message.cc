// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/message.h"

#include <algorithm>

#include "inspect/proto/dns/rdata.h"

namespace picket::inspect::dns {
namespace {

constexpr size_t kMessageBytesMax = 65535;
constexpr uint32_t kTtlTopBit = 0x80000000;

}  // namespace

Header read_header(ByteReader& reader) {
  Header header;
  header.id = reader.u16();
  const uint16_t flags = reader.u16();
  header.flags = flags;
  header.response = (flags & 0x8000) != 0;
  header.opcode = static_cast<uint8_t>(flags >> 11 & 0xf);
  header.authoritative = (flags & 0x0400) != 0;
  header.truncated = (flags & 0x0200) != 0;
  header.recursion_desired = (flags & 0x0100) != 0;
  header.recursion_available = (flags & 0x0080) != 0;
  header.authentic_data = (flags & 0x0020) != 0;
  header.checking_disabled = (flags & 0x0010) != 0;
  header.rcode = flags & 0xf;
  header.questions = reader.u16();
  header.answers = reader.u16();
  header.authorities = reader.u16();
  header.additionals = reader.u16();
  return header;
}

Status Message::parse(Bytes bytes) {
  questions_.clear();
  records_.clear();
  edns_.reset();
  header_ = {};
  weirds_.clear();
  status_ = parse_all(bytes.first(std::min(bytes.size(), kMessageBytesMax)));
  weirds_.count();
  return status_;
}

Status Message::cut_short() {
  weirds_.add(Weird::kCutShort);
  return Status::kPartial;
}

Status Message::parse_all(Bytes bytes) {
  ByteReader reader(bytes);
  if (bytes.size() < kHeaderBytes) return cut_short();
  header_ = read_header(reader);
  rcode_ = header_.rcode;
  if (header_.reserved_bit()) weirds_.add(Weird::kReservedBit);
  if (const Status status = read_questions(reader, bytes); status != Status::kComplete)
    return status;
  const struct {
    Section section;
    size_t count;
  } sections[] = {{Section::kAnswer, header_.answers},
                  {Section::kAuthority, header_.authorities},
                  {Section::kAdditional, header_.additionals}};
  for (const auto& [section, count] : sections) {
    const Status status = read_section(reader, bytes, section, count);
    if (status != Status::kComplete) return status;
  }
  if (reader.remaining() > 0) weirds_.add(Weird::kTrailingBytes);
  return Status::kComplete;
}

Status Message::read_name(ByteReader& reader, Bytes bytes, NameView& name) {
  const NameCheck check = check_name(bytes, reader.offset());
  if (check.fault) {
    weirds_.add(*check.fault);
    return *check.fault == Weird::kCutShort ? Status::kPartial : Status::kMalformed;
  }
  name = NameView(bytes, reader.offset());
  reader.seek(check.end);
  return Status::kComplete;
}

Status Message::read_questions(ByteReader& reader, Bytes bytes) {
  if (header_.questions > kQuestionsMax) {
    weirds_.add(Weird::kTooManyQuestions);
    return Status::kMalformed;
  }
  for (unsigned i = 0; i < header_.questions; ++i) {
    Question question;
    if (const Status status = read_name(reader, bytes, question.name); status != Status::kComplete)
      return status;
    question.type = reader.u16();
    question.klass = reader.u16();
    if (reader.failed()) return cut_short();
    questions_.push_back(question);
  }
  return Status::kComplete;
}

Status Message::read_section(ByteReader& reader, Bytes bytes, Section section, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (records_.size() == kRecordsMax) {
      weirds_.add(Weird::kTooManyRecords);
      return Status::kPartial;
    }
    if (const Status status = read_record(reader, bytes, section); status != Status::kComplete)
      return status;
  }
  return Status::kComplete;
}

Status Message::read_record(ByteReader& reader, Bytes bytes, Section section) {
  Record record;
  record.section = section;
  record.message = bytes;
  if (const Status status = read_name(reader, bytes, record.owner); status != Status::kComplete)
    return status;
  record.type = reader.u16();
  record.klass = reader.u16();
  const uint32_t ttl = reader.u32();
  const size_t length = reader.u16();
  record.rdata_offset = reader.offset();
  record.rdata = reader.take(length);
  if (reader.failed()) return cut_short();
  if (record.type == kTypeOpt) {
    read_opt(record, ttl);
  } else if ((ttl & kTtlTopBit) != 0) {
    weirds_.add(Weird::kTtlTopBit);
  } else {
    record.ttl_s = ttl;
  }
  if (const auto fault = rdata_fault(record)) {
    record.well_formed = false;
    weirds_.add(*fault);
    weirds_.add(Weird::kBadRdata);
  }
  records_.push_back(record);
  return Status::kComplete;
}

void Message::read_opt(const Record& record, uint32_t ttl) {
  if (edns_ || record.section != Section::kAdditional || !record.owner.is_root()) {
    weirds_.add(Weird::kOddOpt);
    return;
  }
  edns_ = Edns{.udp_size = record.klass,
               .version = static_cast<uint8_t>(ttl >> 16),
               .dnssec_ok = (ttl & 0x8000) != 0,
               .options = record.rdata};
  rcode_ = static_cast<uint16_t>((ttl >> 24) << 4 | header_.rcode);
}

bool TcpMessages::next(Bytes& message) {
  if (stream_.size() < 2) return false;
  const size_t length = rest_length();
  if (stream_.size() - 2 < length) return false;
  message = stream_.subspan(2, length);
  stream_ = stream_.subspan(2 + length);
  return true;
}

size_t TcpMessages::rest_length() const {
  return stream_.size() < 2 ? 0 : static_cast<size_t>(stream_[0]) << 8 | stream_[1];
}

}  // namespace picket::inspect::dns
