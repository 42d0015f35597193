// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/shown_message.h"

#include <algorithm>

#include "base/address.h"
#include "inspect/app/eve_text.h"

namespace picket::inspect::dns {
namespace {

constexpr uint16_t kTypeNull = 10, kTypeSshfp = 44;

}  // namespace

bool ShownMessage::read(Bytes bytes) {
  message_ = bytes;
  ByteReader reader(bytes);
  header_ = read_header(reader);
  if (reader.failed()) return false;
  bool good = read_queries(reader);
  const size_t counts[] = {header_.answers, header_.authorities, header_.additionals};
  for (size_t section = 0; section < 3; ++section) {
    for (size_t i = 0; good && i < counts[section]; ++i) good = read_record(reader);
    section_end_[section] = records_.size();
  }
  if (!good) faults_.malformed = true;
  message_ = {};
  return true;
}

bool ShownMessage::read_queries(ByteReader& reader) {
  for (size_t i = 0; i < header_.questions; ++i) {
    NameRead read = read_name(reader);
    ShownQuery query{read.name, reader.u16(), reader.u16()};
    if (!read.good || reader.failed() || queries_.size() == kShownRecordsMax) return false;
    queries_.push_back(query);
  }
  return true;
}

ShownMessage::NameRead ShownMessage::read_name(ByteReader& reader) {
  NameRead out;
  std::string name;
  out.good = append_labels(reader, name, out.name);
  if (out.name.cut) faults_.name_too_long = true;
  if (text_.size() + name.size() > kShownTextMax) out.good = false;
  if (out.good) out.name.text = keep(name);
  return out;
}

// Leaves `reader` behind the name in its own place, however far its pointers lead.
bool ShownMessage::append_labels(ByteReader& reader, std::string& name, ShownName& out) {
  ByteReader at = reader;
  bool followed = false;
  for (size_t count = 0;; ++count) {
    if (count == kShownLabelsMax) {
      (followed ? faults_.infinite_loop : faults_.too_many_labels) = true;
      return followed;  // behind a pointer the place to go on is known
    }
    const uint8_t length = at.u8();
    if ((length & 0xc0) == 0xc0) {
      const size_t target = static_cast<size_t>(length & 0x3f) << 8 | at.u8();
      if (at.failed()) return false;
      if (!followed) reader = at;
      followed = true;
      at.seek(target);
    } else if (length > 0x3f) {
      return false;
    } else {
      const Bytes label = at.take(length);
      if (at.failed()) return false;
      if (length == 0) break;
      if (!name.empty()) name.push_back('.');
      name += as_text(label);
      if (name.size() > kShownNameMax) {
        name.resize(kShownNameMax);
        out.cut = true;
        if (followed) return true;
      }
    }
  }
  if (!followed) reader = at;
  return true;
}

bool ShownMessage::read_record(ByteReader& reader) {
  const NameRead owner = read_name(reader);
  if (!owner.good) return false;
  ShownRecord record;
  record.owner = owner.name;
  record.type = reader.u16();
  reader.skip(2);
  record.ttl_s = reader.u32();
  const size_t length = reader.u16();
  const size_t start = reader.offset();
  reader.skip(length);
  if (reader.failed()) return false;
  ByteReader data(message_.first(start + length));
  data.seek(start);
  return read_data(data, start + length, record);
}

bool ShownMessage::read_data(ByteReader& data, size_t end, ShownRecord& record) {
  using enum ShownRecord::Form;
  const Bytes rest = message_.subspan(data.offset(), end - data.offset());
  switch (record.type) {
    case kTypeA:
    case kTypeAaaa:
      record.form = kAddress;
      if (record.type == kTypeA && rest.size() == 4)
        record.text = keep(IpAddress::v4_bytes({rest[0], rest[1], rest[2], rest[3]}).text());
      else if (record.type == kTypeAaaa && rest.size() == 16)
        record.text = keep(IpAddress::v6_bytes(rest.data()).text());
      else
        return false;
      return add(record);
    case kTypeTxt:
      record.form = kText;
      for (bool first = true; first || data.remaining() > 0; first = false) {
        const Bytes text = data.take(data.u8());
        if (data.failed()) return false;
        record.text = keep(as_text(text));
        if (!add(record)) return false;
      }
      return true;
    case kTypeSshfp: {
      record.form = kSshfp;
      record.numbers[0] = data.u8();
      record.numbers[1] = data.u8();
      if (data.failed()) return false;
      record.text = keep(eve_hex(data.take(data.remaining()), ':'));
      return add(record);
    }
    case kTypeNull:
      record.form = kText;
      record.text = keep(as_text(rest));
      return add(record);
    default: return read_named_data(data, record) && add(record);
  }
}

bool ShownMessage::read_named_data(ByteReader& data, ShownRecord& record) {
  using enum ShownRecord::Form;
  size_t numbers_before = 0;
  switch (record.type) {
    case kTypeCname:
    case kTypeDname:
    case kTypeNs:
    case kTypePtr: record.form = kName; break;
    case kTypeMx:
      record.form = kName;
      numbers_before = 1;
      break;
    case kTypeSrv:
      record.form = kSrv;
      numbers_before = 3;
      break;
    case kTypeSoa: record.form = kSoa; break;
    default: record.text = keep(as_text(data.take(data.remaining()))); return true;
  }
  for (size_t i = 0; i < numbers_before; ++i) record.numbers[i] = data.u16();
  NameRead read = read_name(data);
  record.name = read.name;
  if (record.type == kTypeSoa && read.good) {
    read = read_name(data);
    record.mailbox = read.name;
    for (uint32_t& number : record.numbers) number = data.u32();
  }
  return read.good && !data.failed();
}

bool ShownMessage::add(const ShownRecord& record) {
  if (records_.size() == kShownRecordsMax) return false;
  records_.push_back(record);
  return true;
}

TextSpan ShownMessage::keep(std::string_view text) {
  if (text_.size() + text.size() > kShownTextMax) return {};
  const TextSpan span{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())};
  text_ += text;
  return span;
}

std::span<const ShownRecord> ShownMessage::records(Section section) const {
  const size_t which = static_cast<size_t>(section);
  const size_t begin = which == 0 ? 0 : section_end_[which - 1];
  return std::span(records_).subspan(begin, section_end_[which] - begin);
}

std::optional<Bytes> ShownMessage::any_name(size_t index) const {
  if (index < queries_.size()) return bytes_of(queries_[index].name.text);
  index -= queries_.size();
  for (const ShownRecord& record : records_) {
    if (index == 0) return bytes_of(record.owner.text);
    --index;
    using enum ShownRecord::Form;
    const bool named = record.form == kName || record.form == kSoa || record.form == kSrv;
    if (!named) continue;
    if (index == 0) return bytes_of(record.name.text);
    --index;
  }
  return std::nullopt;
}

}  // namespace picket::inspect::dns
