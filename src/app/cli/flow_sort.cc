// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flow_sort.h"

#include <algorithm>
#include <array>
#include <compare>
#include <tuple>

#include "app/cli/flow_words.h"
#include "base/ascii.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;

constexpr std::array<std::string_view, 11> kWords{
    "age", "in", "out", "process", "pid", "user", "remote", "local", "name", "state", "proto"};

std::strong_ordering compare_text(std::string_view a, std::string_view b) {
  // What is not known goes last.
  if (a.empty() != b.empty())
    return a.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  return std::lexicographical_compare_three_way(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<unsigned char>(ascii_lower(x)) <=>
               static_cast<unsigned char>(ascii_lower(y));
      });
}

std::strong_ordering compare_bytes(const FlowFacts& a, const FlowFacts& b,
                                   uint64_t event::FlowCounters::*bytes) {
  if (a.counters.known != b.counters.known) return b.counters.known <=> a.counters.known;
  return b.counters.*bytes <=> a.counters.*bytes;
}

// IPv4 before IPv6, as people read it; by its bytes alone :: would come first.
std::strong_ordering compare_endpoints(const Endpoint& a, const Endpoint& b) {
  if (a.address.is_v6() != b.address.is_v6()) return a.address.is_v6() <=> b.address.is_v6();
  return a <=> b;
}

std::strong_ordering compare_by(SortKey key, const FlowFacts& a, const FlowFacts& b) {
  switch (key) {
    case SortKey::kAge: return b.opened <=> a.opened;
    case SortKey::kIn: return compare_bytes(a, b, &event::FlowCounters::bytes_in);
    case SortKey::kOut: return compare_bytes(a, b, &event::FlowCounters::bytes_out);
    case SortKey::kProcess: {
      const auto named = [](const FlowFacts& flow) {
        return flow.owner_class == event::OwnerClass::kProcess ? flow.process
                                                               : owner_phrase(flow).whole();
      };
      return compare_text(named(a), named(b));
    }
    case SortKey::kPid:
      if ((a.owner.pid == 0) != (b.owner.pid == 0))
        return (a.owner.pid == 0) <=> (b.owner.pid == 0);
      return a.owner <=> b.owner;
    case SortKey::kUser: {
      const auto by_name = compare_text(a.user, b.user);
      return by_name != 0 ? by_name : a.uid <=> b.uid;
    }
    case SortKey::kRemote:
      if (talks(a) != talks(b)) return talks(b) <=> talks(a);
      return compare_endpoints(a.remote, b.remote);
    case SortKey::kLocal: return compare_endpoints(a.local, b.local);
    case SortKey::kName: return compare_text(a.remote_name, b.remote_name);
    case SortKey::kState: return a.state <=> b.state;
    case SortKey::kProto:
      return std::tuple(a.transport, a.protocol) <=> std::tuple(b.transport, b.protocol);
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_rest(const FlowFacts& a, const FlowFacts& b) {
  const auto kind = [](const FlowFacts& flow) { return std::tie(flow.transport, flow.protocol); };
  if (const auto order = kind(a) <=> kind(b); order != 0) return order;
  if (const auto order = compare_endpoints(a.local, b.local); order != 0) return order;
  if (const auto order = compare_endpoints(a.remote, b.remote); order != 0) return order;
  const auto rest = [](const FlowFacts& flow) {
    return std::tie(flow.owner, flow.network_namespace, flow.opened, flow.id);
  };
  return rest(a) <=> rest(b);
}

}  // namespace

std::string_view text(SortKey key) { return kWords[static_cast<size_t>(key)]; }

std::optional<SortKey> parse_sort_key(std::string_view word) {
  const auto found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<SortKey>(found - kWords.begin());
}

std::vector<std::string_view> sort_key_words() { return {kWords.begin(), kWords.end()}; }

void sort_flows(std::vector<FlowFacts>& flows, SortKey key, bool reverse) {
  // The ids settle what everything else leaves open; stable for flows that lack even those.
  std::ranges::stable_sort(flows, [key, reverse](const FlowFacts& a, const FlowFacts& b) {
    std::strong_ordering order = compare_by(key, a, b);
    if (order == 0)
      order = compare_rest(a, b);
    else if (reverse)
      order = 0 <=> order;
    return order < 0;
  });
}

}  // namespace picket::app::cli
