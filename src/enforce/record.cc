// SPDX-License-Identifier: Apache-2.0
#include "enforce/record.h"

#include <algorithm>
#include <cstring>

#include "respond/firewall/rule_text.h"

namespace picket::enforce {
namespace {

using namespace respond::firewall;

// Text in a field of fixed size: ended, and nothing after its end.
template <size_t kSize>
bool take_text(const char (&field)[kSize], std::string& out) {
  const size_t length = strnlen(field, kSize);
  if (length == kSize) return false;
  out.assign(field, length);
  return std::all_of(field + length, field + kSize, [](char byte) { return byte == 0; });
}

std::unexpected<Error> bad(const char* what) {
  return failure(std::string("a rule record with a wrong ") + what);
}

void put_address(const IpAddress& address, uint8_t (&out)[16]) {
  std::memcpy(out, address.bytes().data(), sizeof out);
}

std::optional<Prefix> take_prefix(const uint8_t (&bytes)[16], uint8_t length, uint8_t v6) {
  const IpAddress address = IpAddress::v6_bytes(bytes);
  if (v6 > 1 || address.is_v6() != (v6 == 1) || length > (v6 ? 128 : 32)) return std::nullopt;
  return Prefix{address, length};
}

}  // namespace

RuleRecord record_of(const Rule& rule, const RuleSet& set) {
  RuleRecord record;
  record.id = rule.id;
  record.priority = rule.priority;
  record.first_port = rule.port.first;
  record.last_port = rule.port.last;
  record.action = static_cast<uint8_t>(rule.action);
  record.direction = static_cast<uint8_t>(rule.direction);
  record.loopback = rule.loopback;
  record.logs = rule.logs;
  if (rule.protocol) record.has |= kHasProtocol, record.protocol = *rule.protocol;
  if (rule.user) record.has |= kHasUser, record.user = *rule.user;
  if (rule.digest) {
    record.has |= kHasDigest;
    std::ranges::copy(*rule.digest, record.sha256);
  }
  if (rule.remote) {
    record.has |= kHasPrefix;
    put_address(rule.remote->address, record.address);
    record.prefix_length = rule.remote->length;
    record.prefix_v6 = rule.remote->address.is_v6();
  }
  if (const List* list = set.find_list(rule.list))
    record.list = static_cast<uint8_t>(list - set.lists.data() + 1);
  if (const auto ends = rule.ends()) record.ends_wall_ns = ends->ns;
  std::memcpy(record.program, rule.program.data(),
              std::min(rule.program.size(), sizeof record.program - 1));
  std::memcpy(record.unit, rule.unit.data(), std::min(rule.unit.size(), sizeof record.unit - 1));
  return record;
}

Result<Rule> rule_of(const RuleRecord& record, size_t lists) {
  Rule rule;
  if (record.id == 0 || record.id == UINT32_MAX) return bad("id");
  if (record.action < 1 || record.action > static_cast<uint8_t>(Action::kLog)) return bad("action");
  if (record.direction > static_cast<uint8_t>(Direction::kIn)) return bad("direction");
  if (record.first_port > record.last_port) return bad("port range");
  if (record.list > lists) return bad("list");
  if (record.loopback > 1 || record.logs > 1 || record.ends_wall_ns < 0) return bad("setting");
  rule.id = record.id;
  rule.action = static_cast<Action>(record.action);
  rule.direction = static_cast<Direction>(record.direction);
  rule.priority = record.priority;
  rule.port = {record.first_port, record.last_port};
  rule.loopback = record.loopback;
  rule.logs = record.logs;
  if (record.has & kHasProtocol) rule.protocol = record.protocol;
  if (record.has & kHasUser) rule.user = record.user;
  if (record.has & kHasDigest) {
    rule.digest.emplace();
    std::ranges::copy(record.sha256, rule.digest->begin());
  }
  if (record.has & kHasPrefix) {
    rule.remote = take_prefix(record.address, record.prefix_length, record.prefix_v6);
    if (!rule.remote) return bad("prefix");
  }
  if (record.list) rule.list = std::to_string(record.list - 1);
  if (record.ends_wall_ns) rule.until = WallTime{record.ends_wall_ns};
  if (!take_text(record.program, rule.program)) return bad("program");
  if (!take_text(record.unit, rule.unit)) return bad("unit");
  TRY(check_rule(rule));
  return rule;
}

PrefixRecord record_of(const Prefix& prefix, size_t list) {
  PrefixRecord record;
  put_address(prefix.address, record.address);
  record.length = prefix.length;
  record.v6 = prefix.address.is_v6();
  record.list = static_cast<uint8_t>(list);
  return record;
}

Result<Prefix> prefix_of(const PrefixRecord& record, size_t lists) {
  const auto prefix = take_prefix(record.address, record.length, record.v6);
  if (!prefix || record.list >= lists) return bad("prefix of a list");
  return *prefix;
}

}  // namespace picket::enforce
