// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <random>

#include "enforce/lists.h"
#include "enforce/tables.h"
#include "respond/firewall/verdict.h"

// Random rules and conversations over few values, so that they meet, for comparing the tables with
// the plain meaning of the rules.
namespace picket::enforce {

constexpr int64_t kTestNow = 1'000'000;

class RandomRules {
 public:
  explicit RandomRules(uint32_t seed) : random_(seed) {}

  respond::firewall::RuleSet rules(size_t count) {
    respond::firewall::RuleSet set;
    for (size_t i = 0; i < count; ++i) set.add(rule());
    return set;
  }
  respond::firewall::Conversation conversation() {
    respond::firewall::Conversation one;
    one.remote = address();
    one.port = port();
    one.protocol = static_cast<uint8_t>(pick({6, 17, 1}));
    one.inbound = pick({0, 1});
    one.program = program();
    if (pick({0, 1})) one.digest = digest();
    one.user = pick({0, 1000, 1001});
    for (const char* unit : {"a.service", "b.service"})
      if (pick({0, 1})) one.units.push_back(unit);
    return one;
  }
  // Prefixes of two lists, as the kernel is told them.
  std::vector<PrefixRecord> lists() {
    std::vector<PrefixRecord> prefixes;
    for (size_t i = 0; i < 12; ++i) prefixes.push_back(record_of(prefix(), pick({0, 1})));
    return prefixes;
  }

 private:
  uint32_t pick(std::initializer_list<uint32_t> values) {
    return values.begin()[random_() % values.size()];
  }
  IpAddress address() {
    const auto low = static_cast<uint8_t>(random_() % 16);
    if (pick({0, 1, 2}) != 0)
      return IpAddress::v4(pick({0x0a000000, 0x0a000100, 0x7f000000}) + low);
    uint8_t bytes[16] = {0xfd};
    bytes[3] = static_cast<uint8_t>(pick({0, 1}));
    bytes[15] = low;
    return IpAddress::v6_bytes(bytes);
  }
  Prefix prefix() {
    const IpAddress at = address();
    const uint32_t length = at.is_v4() ? pick({0, 8, 24, 28, 30, 32}) : pick({0, 8, 32, 126, 128});
    return {at, static_cast<uint8_t>(length)};
  }
  uint16_t port() { return static_cast<uint16_t>(pick({0, 80, 443, 444, 65535})); }
  std::string program() { return pick({0, 1}) ? "/usr/bin/curl" : "/opt/a/b"; }
  respond::firewall::Sha256 digest() { return {static_cast<uint8_t>(pick({1, 2, 3}))}; }
  respond::firewall::Rule rule() {
    using namespace respond::firewall;
    Rule rule;
    rule.action = static_cast<Action>(pick({1, 2, 2, 3, 4}));
    rule.priority = static_cast<uint16_t>(pick({1, 2, 3}));
    if (pick({0, 0, 1})) rule.direction = static_cast<Direction>(pick({1, 2}));
    if (pick({0, 0, 1})) rule.protocol = static_cast<uint8_t>(pick({6, 17}));
    switch (pick({0, 1, 2, 3})) {
      case 0: rule.remote = prefix(); break;
      case 1: rule.list = pick({0, 1}) ? "1" : "0"; break;
      default: break;
    }
    if (pick({0, 0, 1})) rule.port = {port(), 65535};
    switch (pick({0, 1, 2, 3, 4})) {
      case 0: rule.program = program(); break;
      case 1: rule.digest = digest(); break;
      default: break;
    }
    if (pick({0, 0, 1})) rule.user = pick({0, 1000});
    if (pick({0, 0, 1})) rule.unit = pick({0, 1}) ? "a.service" : "b.service";
    rule.loopback = pick({0, 1});
    if (pick({0, 0, 1})) rule.until = WallTime{kTestNow + (pick({0, 1}) ? 500 : -500)};
    return rule;
  }

  std::mt19937 random_;
};

// What the kernel would know of the conversation's sides.
inline Known known_of(const respond::firewall::Conversation& one, const Names& names) {
  Known known;
  for (const std::string& list : one.lists) known.list_mask |= list == "0" ? 1u : 2u;
  const auto find = [](const auto& map, const auto& key) {
    const auto found = map.find(key);
    return found == map.end() ? 0u : found->second;
  };
  known.path = find(names.paths, one.program);
  if (one.digest) known.digest = find(names.digests, *one.digest);
  size_t units = 0;
  for (const std::string& unit : one.units)
    if (const uint32_t number = find(names.units, unit)) known.unit[units++] = number;
  return known;
}

inline pf_question question_of(const respond::firewall::Conversation& one) {
  pf_question q{};
  q.remote = key_of({one.remote, static_cast<uint8_t>(one.remote.is_v4() ? 32 : 128)});
  q.user = one.user.value_or(0);
  q.port = one.port;
  q.protocol = one.protocol;
  q.direction = one.inbound ? PF_IN : PF_OUT;
  return q;
}

// The lists that hold the address, by the merged table's longest prefix.
inline uint32_t list_mask_of(const std::vector<std::pair<pf_prefix, uint32_t>>& merged,
                             const IpAddress& address) {
  const pf_prefix one = key_of({address, static_cast<uint8_t>(address.is_v4() ? 32 : 128)});
  const std::pair<pf_prefix, uint32_t>* longest = nullptr;
  for (const auto& entry : merged)
    if (contains(entry.first, one) && (!longest || entry.first.length > longest->first.length))
      longest = &entry;
  return longest ? longest->second : 0;
}

}  // namespace picket::enforce
