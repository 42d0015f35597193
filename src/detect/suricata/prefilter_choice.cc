// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/prefilter_choice.h"

#include <array>

namespace picket::detect::suricata {
namespace {

// How much a byte tells, in eighths of what a rare one does: zeros, spaces and letters stand
// everywhere.
unsigned worth(uint8_t byte) {
  if (byte == 0 || byte == ' ' || byte == 0xff) return 3;
  if ((byte >= 'a' && byte <= 'z') || byte == '\r' || byte == '\n' || byte == '/' || byte == '.')
    return 5;
  if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '=' || byte == '-' ||
      byte == ':')
    return 6;
  return 8;
}

unsigned score(Bytes pattern, bool nocase, const BufferSlot& slot) {
  unsigned sum = 0;
  std::array<uint8_t, 256> seen{};
  for (uint8_t byte : pattern) {
    sum += seen[byte] == 0 ? worth(byte) : 1;  // a byte again tells little
    seen[byte] = 1;
  }
  if (nocase) sum = sum * 7 / 8;
  using inspect::BufferId;
  switch (slot.source == BufferSlot::Source::kTransaction ? slot.buffer : BufferId::kCount) {
    case BufferId::k_http_method:
    case BufferId::k_http_protocol:
    case BufferId::k_http_stat_code:
    case BufferId::k_http_stat_msg:
    case BufferId::k_http_connection:
    case BufferId::k_http_content_len: return sum / 8 + 1;
    case BufferId::k_http_header_names:
    case BufferId::k_http_accept:
    case BufferId::k_http_accept_enc:
    case BufferId::k_http_accept_lang:
    case BufferId::k_http_content_type: return sum / 3 + 1;
    default: return sum + 1;
  }
}

}  // namespace

void PatternChoice::offer(const keyword::ContentCheck& content, const BufferSlot& slot,
                          uint16_t place) {
  if (content.negated() || content.pattern().empty()) return;
  Bytes pattern = content.pattern();
  if (content.fast_length != 0) pattern = pattern.subspan(content.fast_offset, content.fast_length);
  // Vectorscan takes a literal that begins with a zero byte for an empty one; zeros tell little
  // anyway.
  while (!pattern.empty() && pattern[0] == 0) pattern = pattern.subspan(1);
  if (pattern.empty()) return;
  if (pattern.size() > kLengthMax) pattern = pattern.first(kLengthMax);
  unsigned points = score(pattern, content.nocase, slot);
  if (content.fast_pattern) points += 1'000'000;
  if (points <= score_) return;
  score_ = points;
  best_ = {pattern, content.nocase, place, content.reach()};
}

}  // namespace picket::detect::suricata
