// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/behavior/behavior.h"
#include "detect/behavior/severity.h"

// What the behaviours about talking programs ask of a connection. Pure functions.
namespace picket::detect::behavior {

// The connection, if the activity is one that this process opened to another machine: not to itself
// (loopback or an address of its own), nor to a group of machines. nullptr: it is not.
const event::ConnectionMade* talks_out(const event::Activity& activity, const HostContext& context);
// The same for one that another machine opened to this process.
const event::ConnectionMade* is_called(const event::Activity& activity, const HostContext& context);

// Whose network an address is in, of those that every machine talks to: "Microsoft", "Akamai";
// empty: none known. From registry entries (known_networks.def); anybody may rent a machine in some
// of them, so it lowers suspicion and never takes it away.
std::string_view known_network(const IpAddress& address);
// A name of one of the vendors whose software every machine of that platform calls home with.
bool vendor_name(std::string_view name);

// Signs about the peer: a bare address where lookups are told, an unusual port (+), a vendor's name
// or network (-). `name`: what is known of it, may be empty.
void add_peer_signs(std::vector<Sign>& signs, const event::ConnectionMade& made,
                    const HostContext& context);

// "powershell.exe (4711)" and "10.0.0.5:443 (www.example.org)", for sentences.
std::string process_words(const event::Actor& actor);
std::string peer_words(const event::ConnectionMade& made, const HostContext& context);
// Facts of process and connection that belong under every such alert.
void add_talk_facts(event::Alert& alert, const event::ConnectionMade& made,
                    const HostContext& context);

// The alert about a connection: "PROCESS talks to PEER" (or "is called by", where the other side
// opened it) weighed by the signs, with the facts of both. nullopt: they weigh less than
// `points_min`.
std::optional<event::Alert> talk_alert(const BehaviorInfo& info, const event::Activity& activity,
                                       const HostContext& context,
                                       const event::ConnectionMade& made,
                                       std::span<const Sign> signs, int points_min = kPointsLow);

// The ports of Windows' remote administration: RPC, SMB, WinRM, RDP, LDAP...; empty: none of them.
std::string_view admin_service(uint16_t port);
constexpr uint16_t kFirstDynamicPort = 49152;  // RFC 6335; Windows' RPC services listen there

}  // namespace picket::detect::behavior
