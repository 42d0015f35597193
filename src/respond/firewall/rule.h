// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/clock.h"

// What the firewall is told: rules of who may talk to whom. Values; any thread.
namespace picket::respond::firewall {

constexpr size_t kRulesMax = 16384;
constexpr size_t kListsMax = 32;
constexpr size_t kProgramBytesMax = 254;  // of a path; what the kernel's tables hold
constexpr size_t kUnitBytesMax = 127;
constexpr size_t kListNameMax = 63;
constexpr size_t kTextMax = 512;  // reason, author: bytes
constexpr uint16_t kPriorityMax = 65535;

enum class Action : uint8_t { kAllow = 1, kBlock, kReject, kLog };
// Who opened the conversation: this machine, the other side, either.
enum class Direction : uint8_t { kBoth, kOut, kIn };
// What is done about a match: nothing but telling it, or what the rule says.
enum class Mode : uint8_t { kObserve, kEnforce };

std::string_view action_text(Action action);
std::optional<Action> parse_action(std::string_view text);
std::string_view direction_text(Direction direction);
std::optional<Direction> parse_direction(std::string_view text);
std::string_view mode_text(Mode mode);
std::optional<Mode> parse_mode(std::string_view text);
// tcp, udp, icmp, icmpv6, sctp, or a number.
std::string protocol_text(uint8_t protocol);
std::optional<uint8_t> parse_protocol(std::string_view text);

// Ports of the side that is called: the remote one of what this machine opens, the local one of
// what others open.
struct PortRange {
  uint16_t first = 0, last = 65535;
  bool any() const { return first == 0 && last == 65535; }
  bool contains(uint16_t port) const { return first <= port && port <= last; }
  std::string text() const;  // 443, 6000-6063
  static std::optional<PortRange> parse(std::string_view text);
  auto operator<=>(const PortRange&) const = default;
};

using Sha256 = std::array<uint8_t, 32>;
std::string digest_text(const Sha256& digest);
std::optional<Sha256> parse_digest(std::string_view text);

// An operand that is not there is satisfied by everything. `remote` and `list` exclude each other,
// so do `program` and `digest`.
struct Rule {
  uint32_t id = 0;  // never used again for another rule
  Action action = Action::kBlock;
  uint16_t priority = 1000;  // the lowest decides; among equals the older rule
  Direction direction = Direction::kBoth;
  std::optional<uint8_t> protocol;  // of IP
  std::optional<Prefix> remote;
  std::string list;  // name of a list of prefixes
  PortRange port;
  std::string program;  // absolute path of the executable
  std::optional<Sha256> digest;
  std::optional<uint32_t> user;
  std::string unit;       // name of a cgroup: nginx.service
  bool loopback = false;  // applies to the machine's talk with itself too
  bool logs = false;      // an allow that is told
  std::optional<WallTime> until;
  std::optional<WallTime> confirm_by;  // ends then unless confirmed
  std::string reason, author;
  std::optional<WallTime> made;

  bool has_operand() const;
  // When it ends: the earlier of `until` and `confirm_by`; nullopt: never.
  std::optional<WallTime> ends() const;
  auto operator<=>(const Rule&) const = default;
};

// A file of prefixes, one a line, that rules name.
struct List {
  std::string name, path;
  auto operator<=>(const List&) const = default;
};

struct RuleSet {
  Mode mode = Mode::kObserve;
  uint32_t next_id = 1;
  std::vector<List> lists;
  std::vector<Rule> rules;  // in the order they are tried
  // Comments before each rule, by its id, and before all others by 0; lines with their '#'.
  std::vector<std::pair<uint32_t, std::string>> comments;

  // Puts the rule where its priority belongs, with an id of its own.
  Rule& add(Rule rule);
  // Orders as they are tried: by priority, then by id.
  void sort();
  const List* find_list(std::string_view name) const;
};

}  // namespace picket::respond::firewall
