// SPDX-License-Identifier: Apache-2.0
#include "event/vocabulary.h"

#include <array>

namespace picket::event {
namespace {

template <typename Enum, size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view word) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == word) return static_cast<Enum>(i);
  return std::nullopt;
}

constexpr std::array<std::string_view, 6> kTransports{"tcp", "udp",    "icmp",
                                                      "raw", "packet", "other"};
constexpr std::array<std::string_view, 4> kRoles{"unknown", "client", "server", "listener"};
constexpr std::array<std::string_view, 13> kStates{
    "unknown",   "open",   "syn_sent",   "syn_recv", "established", "fin_wait1", "fin_wait2",
    "time_wait", "closed", "close_wait", "last_ack", "listen",      "closing"};
constexpr std::array<std::string_view, 5> kOwners{"process", "kernel", "none", "hidden", "lost"};
constexpr std::array<std::string_view, 5> kAttributions{"none", "hook", "inherited", "found",
                                                        "polled"};
constexpr std::array<std::string_view, 5> kNameSources{"none", "dns", "sni", "host", "mdns"};

}  // namespace

std::string_view text(Transport value) { return kTransports[static_cast<size_t>(value)]; }
std::string_view text(Role value) { return kRoles[static_cast<size_t>(value)]; }
std::string_view text(FlowState value) { return kStates[static_cast<size_t>(value)]; }
std::string_view text(OwnerClass value) { return kOwners[static_cast<size_t>(value)]; }
std::string_view text(Attribution value) { return kAttributions[static_cast<size_t>(value)]; }
std::string_view text(NameSource value) { return kNameSources[static_cast<size_t>(value)]; }
std::optional<Transport> parse_transport(std::string_view word) {
  return parse<Transport>(kTransports, word);
}
std::optional<Role> parse_role(std::string_view word) { return parse<Role>(kRoles, word); }
std::optional<FlowState> parse_flow_state(std::string_view word) {
  return parse<FlowState>(kStates, word);
}

std::string_view direction_text(Role role) {
  switch (role) {
    case Role::kClient: return "outbound";
    case Role::kServer: return "inbound";
    case Role::kListener: return "listening";
    case Role::kUnknown: break;
  }
  return "unknown";
}

}  // namespace picket::event
