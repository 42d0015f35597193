// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/cip.h"

#include <string>

#include "inspect/proto/enip/names.h"

namespace picket::inspect::enip {
namespace {

constexpr uint8_t kAnswerBit = 0x80, kMultiple = 0x0a;

// A logical segment (CIP volume 1, C-1.4.2): kind in bits 2 to 4, size of the value in the lowest
// two. Others end the path: what they hold is not followed.
bool read_segment(ByteReader& reader, std::vector<CipSegment>& path) {
  const uint8_t type = reader.u8();
  if ((type & 0xe0) != 0x20) return false;
  CipSegment segment;
  switch (type >> 2 & 7) {
    case 0: segment.kind = CipSegment::Kind::kClass; break;
    case 1: segment.kind = CipSegment::Kind::kInstance; break;
    case 4: segment.kind = CipSegment::Kind::kAttribute; break;
    default: break;
  }
  switch (type & 3) {
    case 0: segment.value = reader.u8(); break;
    case 1:
      reader.skip(1);
      segment.value = reader.u16_le();
      break;
    case 2:
      reader.skip(1);
      segment.value = reader.u32_le();
      break;
    default: return false;
  }
  if (reader.failed() || path.size() == kSegmentsMax) return false;
  path.push_back(segment);
  return true;
}

// The header of one message; `reader` stands behind it.
std::optional<CipMessage> read_message(ByteReader& reader) {
  CipMessage message;
  const uint8_t service = reader.u8();
  message.service = service & 0x7f;
  message.answer = (service & kAnswerBit) != 0;
  if (message.answer) {
    reader.skip(1);
    message.status = reader.u8();
    const size_t words = reader.u8();
    for (size_t i = 0; i < words && !reader.failed(); ++i)
      message.extended.push_back(reader.u16_le());
  } else {
    const size_t bytes = size_t{reader.u8()} * 2;
    ByteReader path(reader.take(bytes));
    while (path.remaining() > 0 && read_segment(path, message.path)) continue;
  }
  if (reader.failed()) return std::nullopt;
  return message;
}

// Offsets count from the count of messages.
void read_multiple(Bytes bytes, CipMessages& messages) {
  ByteReader reader(bytes);
  const size_t count = reader.u16_le();
  for (size_t i = 0; i < count; ++i) {
    const size_t offset = reader.u16_le();
    if (reader.failed() || offset > bytes.size()) {
      messages.whole = false;
      return;
    }
    if (i == kCipMessagesMax) {
      messages.too_many = true;
      return;
    }
    ByteReader inner(bytes.subspan(offset));
    auto message = read_message(inner);
    if (!message) {
      messages.whole = false;
      return;
    }
    messages.all.push_back(std::move(*message));
  }
}

void append_message(JsonWriter& out, const CipMessage& message) {
  out.member("service", cip_service_text(message.service));
  if (message.answer) {
    out.member("status", cip_status_text(message.status));
    if (!message.extended.empty()) {
      std::string words;
      for (const uint16_t word : message.extended)
        words += (words.empty() ? "" : " ") + std::to_string(word);
      out.member("status_extended", words);
    }
    return;
  }
  if (message.path.empty()) return;
  out.key("path").begin_array();
  for (const CipSegment& segment : message.path) {
    constexpr std::string_view kKinds[] = {"class", "instance", "attribute", "other"};
    out.begin_object().member("segment_type", kKinds[static_cast<size_t>(segment.kind)]);
    out.member("value", segment.value).end_object();
  }
  out.end_array();
  if (const auto class_id = message.segment(CipSegment::Kind::kClass))
    out.member("class_name", cip_class_text(*class_id));
}

}  // namespace

std::optional<uint32_t> CipMessage::segment(CipSegment::Kind kind) const {
  for (const CipSegment& part : path)
    if (part.kind == kind) return part.value;
  return std::nullopt;
}

CipMessages read_cip(Bytes bytes) {
  CipMessages messages;
  ByteReader reader(bytes);
  auto outer = read_message(reader);
  messages.whole = outer.has_value();
  if (!outer) return messages;
  const bool multiple = outer->service == kMultiple;
  messages.all.push_back(std::move(*outer));
  if (multiple) read_multiple(bytes.subspan(reader.offset()), messages);
  return messages;
}

void append_cip(JsonWriter& out, const CipMessages& messages) {
  out.begin_object();
  append_message(out, messages.all.front());
  if (messages.all.size() > 1) {
    out.key("multiple").begin_array();
    for (size_t i = 1; i < messages.all.size(); ++i) {
      out.begin_object();
      append_message(out, messages.all[i]);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

}  // namespace picket::inspect::enip
