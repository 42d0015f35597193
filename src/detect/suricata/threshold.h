// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/result.h"
#include "detect/suricata/header_list.h"

namespace picket::detect::suricata {

// How often a rule may alert: threshold, detection_filter in a rule; threshold, rate_filter,
// suppress in threshold.config.
struct ThresholdRule {
  enum class Kind : uint8_t {
    kLimit,
    kThreshold,
    kBoth,
    kBackoff,
    kDetectionFilter,
    kRate,
    kSuppress
  };
  enum class Track : uint8_t { kSource, kDestination, kBoth, kRule, kFlow, kEither };
  enum class Unique : uint8_t { kNone, kSourcePort, kDestinationPort };
  Kind kind = Kind::kLimit;
  Track track = Track::kSource;
  Unique unique = Unique::kNone;
  uint8_t new_action = 0;  // kRate: an Action
  uint32_t count = 1, seconds = 0, multiplier = 0, timeout = 0;
  bool any_address = true;  // kSuppress
  AddressSet addresses;
};

// "type limit, track by_src, count 1, seconds 60" in any order. `detection_filter`: no type wanted.
Result<ThresholdRule> parse_threshold(std::string_view text, bool detection_filter);

// threshold.config: what is said there of rules by gid and sid; 0 means all.
class ThresholdConfig {
 public:
  // Lines that are not understood are returned in words, "LINE: why"; the rest counts.
  std::vector<std::string> read(std::string_view content, const Variables& variables);
  // All that applies to a rule, in the order of the file.
  std::vector<const ThresholdRule*> find(uint32_t gid, uint32_t sid) const;
  bool empty() const { return entries_.empty(); }

 private:
  Result<void> read_line(std::string_view line, const Variables& variables);
  struct Entry {
    uint32_t gid, sid;
    std::unique_ptr<ThresholdRule> rule;
  };
  std::vector<Entry> entries_;
};

// What a threshold says of one match.
enum class ThresholdVerdict : uint8_t {
  kAlert,
  kSilent,   // no alert, but the rule's action stands
  kNoMatch,  // as if it had not matched (detection_filter not reached, suppressed)
};
// Who matched, for the counting.
struct ThresholdSubject {
  uint32_t rule = 0;  // a number of its own for each (rule, threshold)
  IpAddress source, destination;
  uint16_t source_port = 0, destination_port = 0;
  uint64_t flow = 0;
  WallTime time;
};

// Counts of one engine. Bounded by kEntriesMax: when full, what has run out is let go, and if that
// is not enough the match alerts uncounted (counter suricata.threshold_full). Not thread-safe.
class ThresholdTable {
 public:
  static constexpr size_t kEntriesMax = 262'144;
  static constexpr size_t kUniqueMax = 4096;  // ports remembered of one entry

  ThresholdVerdict judge(const ThresholdRule& rule, const ThresholdSubject& subject,
                         std::optional<uint8_t>& new_action);
  size_t size() const { return entries_.size(); }
  // Other rules count from here on: `now` gives the new ThresholdSubject::rule of an old one;
  // nullopt: it is gone, and its counts with it.
  void renumber(const std::function<std::optional<uint32_t>(uint32_t rule)>& now);

 private:
  struct Key {
    uint32_t rule = 0;
    IpAddress a, b;
    uint64_t flow = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      std::hash<IpAddress> hash;
      return hash(key.a) * 31 + hash(key.b) + key.rule * 0x9e3779b97f4a7c15ull + key.flow;
    }
  };
  struct Entry {
    WallTime since;  // begin of the window
    uint32_t count = 0;
    uint64_t next = 0;    // backoff: the count that alerts next
    WallTime acts_until;  // rate: the new action holds
    uint32_t seconds = 0;
    std::unique_ptr<std::unordered_set<uint16_t>> ports;
  };
  static Key key_of(const ThresholdRule& rule, const ThresholdSubject& subject);
  Entry* find_or_add(const Key& key, const ThresholdRule& rule, WallTime now, bool& added);
  bool make_room(WallTime now);
  static bool rate_exceeded(const ThresholdRule& rule, Entry& entry, WallTime now, bool added);

  std::unordered_map<Key, Entry, KeyHash> entries_;
};

}  // namespace picket::detect::suricata
