// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/tag.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter tags_max{"suricata.tags_max", "tags not set because the flow or host had its fill"};

bool over(const Tag& tag, WallTime now) {
  if (tag.measure != Tag::Measure::kSeconds) return tag.seen > tag.limit;
  const auto passed = static_cast<uint64_t>(std::max<int64_t>(now.ns - tag.since_ns, 0));
  return passed / kNsPerSecond > tag.limit;
}

}  // namespace

void TagList::add(const Tag& tag) {
  const auto known = std::ranges::find(tags_, tag.rule, &Tag::rule);
  if (known != tags_.end()) {
    if (++known->renewed > kRenewedMax) return;
    known->seen = 0;
    known->since_ns = tag.since_ns;
  } else if (tags_.size() < kTagsMax) {
    tags_.push_back(tag);
  } else {
    tags_max.add();
  }
}

bool TagList::take(const packet::Packet& packet) {
  bool wanted = false;
  std::erase_if(tags_, [&](Tag& tag) {
    tag.seen += tag.measure == Tag::Measure::kBytes ? packet.frame.size() : 1;
    if (!tag.begun) {
      tag.begun = true;
      return false;
    }
    const bool ended = over(tag, packet.time);
    wanted |= !ended;
    return ended;
  });
  return wanted;
}

}  // namespace picket::detect::suricata
