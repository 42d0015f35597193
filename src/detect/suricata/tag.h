// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "packet/packet.h"

namespace picket::detect::suricata {

// tag: packets that a match asks to have recorded after it, of its flow or of a host.
struct Tag {
  enum class Measure : uint8_t { kPackets, kBytes, kSeconds };
  uint32_t rule = 0;  // of the rule set; a rule has one tag at a place
  Measure measure = Measure::kPackets;
  uint64_t limit = 0;
  // So far; the packet that matched counts, but is not recorded again.
  uint64_t seen = 0;
  int64_t since_ns = 0;
  uint32_t renewed = 0;
  bool begun = false;
};

// The tags of one flow or host, at most kTagsMax; more are not set (suricata.tags_max). A rule that
// matches again renews its tag, kRenewedMax times. Not thread-safe.
class TagList {
 public:
  static constexpr size_t kTagsMax = 10;
  static constexpr uint32_t kRenewedMax = 10;

  void add(const Tag& tag);
  // Counts the packet; true: a tag asks for it. Tags whose limit is passed go.
  bool take(const packet::Packet& packet);
  bool empty() const { return tags_.empty(); }

 private:
  std::vector<Tag> tags_;
};

}  // namespace picket::detect::suricata
