// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "respond/firewall/rule.h"

namespace picket::enforce {

// A rule as the process that parsed the file hands it to the one that may change the kernel: of
// fixed size, each field checked again there (rule_of()), nothing in it to be parsed.
struct RuleRecord {
  uint32_t id = 0, user = 0;
  uint16_t priority = 0, first_port = 0, last_port = 0;
  uint8_t action = 0, direction = 0, protocol = 0;
  uint8_t has = 0;  // of enum Has
  uint8_t prefix_length = 0, prefix_v6 = 0;
  uint8_t list = 0;  // index + 1; 0: none
  uint8_t loopback = 0, logs = 0;
  uint8_t address[16] = {};
  uint8_t sha256[32] = {};
  int64_t ends_wall_ns = 0;  // 0: never
  char program[256] = {};    // ended by NUL, as unit
  char unit[128] = {};
};
enum Has : uint8_t { kHasUser = 1, kHasProtocol = 2, kHasPrefix = 4, kHasDigest = 8 };
static_assert(std::is_trivially_copyable_v<RuleRecord>);
static_assert(sizeof(RuleRecord) % 8 == 0 && sizeof(RuleRecord) <= 480);

// A prefix of list number `list`.
struct PrefixRecord {
  uint8_t address[16] = {};
  uint8_t length = 0, v6 = 0, list = 0, pad = 0;
};
static_assert(sizeof(PrefixRecord) == 20);

RuleRecord record_of(const respond::firewall::Rule& rule, const respond::firewall::RuleSet& set);
// The rule that the record says, without reason, author and times of making; an Error for one that
// no parser would have made.
Result<respond::firewall::Rule> rule_of(const RuleRecord& record, size_t lists);

PrefixRecord record_of(const Prefix& prefix, size_t list);
Result<Prefix> prefix_of(const PrefixRecord& record, size_t lists);

}  // namespace picket::enforce
