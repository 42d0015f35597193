// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/content_check.h"

#include <algorithm>

#include "detect/suricata/byte_search.h"

namespace picket::detect::suricata::keyword {

ContentCheck::Span ContentCheck::where(const BufferWalk& walk, uint32_t origin) const {
  int64_t size = static_cast<int64_t>(walk.bytes.size()), base = static_cast<int64_t>(walk.base);
  Span span{0, size};
  if (has_distance || has_within) {
    int64_t start = origin + (has_distance ? distance.get(walk.scope) : 0);
    span.from = std::max<int64_t>(start, 0);
    if (has_within) span.to = std::min(span.to, start + within.get(walk.scope));
  }
  if (has_offset) span.from = std::max(span.from, offset.get(walk.scope) - base);
  if (has_depth) {
    int64_t first = has_offset ? offset.get(walk.scope) : 0;
    span.to = std::min(span.to, first + depth.get(walk.scope) - base);
  }
  if (ends_with) span.from = std::max(span.from, size - static_cast<int64_t>(pattern_.size()));
  return span;
}

size_t ContentCheck::find(const BufferWalk& walk, Span span) const {
  if (span.from < 0 || span.from > span.to ||
      span.to - span.from < static_cast<int64_t>(pattern_.size()))
    return kNotFound;
  if (ends_with && (!walk.ends_here || span.to != static_cast<int64_t>(walk.bytes.size())))
    return kNotFound;
  size_t from = static_cast<size_t>(span.from);
  Bytes area = walk.bytes.subspan(from, static_cast<size_t>(span.to - span.from));
  if (area.size() == pattern_.size()) return equal_bytes(area, pattern_, nocase) ? from : kNotFound;
  size_t place = find_bytes(area, pattern_, nocase);
  return place == kNotFound ? kNotFound : from + place;
}

bool ContentCheck::matches(BufferWalk& walk) const {  // negated: holds when it is not there
  return find(walk, where(walk, walk.cursor)) == kNotFound;
}

uint32_t ContentCheck::next(BufferWalk& walk, uint32_t origin, uint32_t from) const {
  Span span = where(walk, origin);
  if (from != kFirst) span.from = std::max<int64_t>(span.from, from);
  size_t place = find(walk, span);
  if (place == kNotFound) return kNoMatch;
  walk.cursor = static_cast<uint32_t>(place + pattern_.size());
  walk.scope.evidence_buffer = walk.name;
  walk.scope.evidence_offset = walk.base + place;
  walk.scope.evidence = walk.bytes.subspan(place, pattern_.size());
  return static_cast<uint32_t>(place + 1);
}

}  // namespace picket::detect::suricata::keyword
