// SPDX-License-Identifier: Apache-2.0
// What a case says of sockets.
#include <algorithm>
#include <cstring>

#include "case_runner/scripted_sensor.h"

namespace picket::case_runner {
namespace {

using event::SocketSeen;
using What = SocketSeen::What;

std::optional<What> parse_what(std::string_view word) {
  if (word == "opened") return What::kOpened;
  if (word == "found") return What::kFound;
  if (word == "updated") return What::kUpdated;
  if (word == "closed") return What::kClosed;
  if (word == "socket_closed") return What::kSocketClosed;
  return std::nullopt;
}

bool ends(What what) { return what == What::kClosed || what == What::kSocketClosed; }

uint16_t usual_protocol(event::Transport transport) {
  switch (transport) {
    case event::Transport::kTcp: return 6;
    case event::Transport::kUdp: return 17;
    case event::Transport::kIcmp: return 1;
    case event::Transport::kRaw: return 255;
    case event::Transport::kPacket: return 3;  // ETH_P_ALL
    case event::Transport::kOther: break;
  }
  return 0;
}

void read_counters(MapReader& keys, SocketSeen& seen, Complaints& complaints) {
  const auto value = keys.take("counters");
  if (!value) return;
  MapReader counters(*value, complaints);
  counters.read("bytes_in", seen.counters.bytes_in);
  counters.read("bytes_out", seen.counters.bytes_out);
  counters.read("packets_in", seen.counters.packets_in);
  counters.read("packets_out", seen.counters.packets_out);
  counters.read("rtt_us", seen.counters.rtt_us);
  counters.read("retransmits", seen.counters.retransmits);
  counters.finish();
  seen.counters.known = true;
}

void set_command(SocketSeen& seen, const std::string& command) {
  std::memset(seen.command, 0, sizeof seen.command);
  std::memcpy(seen.command, command.data(), std::min(command.size(), sizeof seen.command - 1));
}

}  // namespace

// A record is complete, so what is left out is as in the record before of this cookie; except `at`,
// `state` (what is usual for the role) and, but for ends, `attribution`.
void ScriptedSensor::socket(MapReader& keys) {
  keys.require("what");
  keys.require("cookie");
  uint64_t cookie = 0;
  keys.read("cookie", cookie);
  const auto before = sockets_.find(cookie);
  const bool known = before != sockets_.end();
  SocketSeen seen = known ? before->second : SocketSeen();
  seen.cookie = cookie;
  keys.read_word("what", seen.what, parse_what);
  seen.at = read_time(keys);
  if (!known && seen.what != What::kFound) seen.opened_at = seen.at;
  int64_t opened_ns = 0;
  if (keys.read_seconds("opened_at", opened_ns))
    seen.opened_at = {kBegin.ns + static_cast<uint64_t>(opened_ns)};
  read_place(keys, seen);
  read_owner(keys, seen);
  read_state(keys, seen);
  read_attribution(keys, seen, known);
  read_counters(keys, seen, complaints_);
  sockets_[cookie] = seen;
  pipeline_.take(std::move(seen));
}

void ScriptedSensor::read_place(MapReader& keys, SocketSeen& seen) {
  keys.read("inode", seen.inode);
  keys.read("netns", seen.network_namespace);
  if (keys.read_word("transport", seen.transport, event::parse_transport) || seen.protocol == 0)
    seen.protocol = usual_protocol(seen.transport);
  keys.read("protocol", seen.protocol);
  keys.read("v6_socket", seen.v6_socket);
  keys.read("per_peer", seen.per_peer);
  keys.read("local", seen.local);
  keys.read("remote", seen.remote);
  keys.read("shared", seen.shared);
  keys.read("fast_open", seen.fast_open);
}

// `owner`: a process as ever, or the word of who it is instead. Uid and task name are the owner's.
void ScriptedSensor::read_owner(MapReader& keys, SocketSeen& seen) {
  if (const auto value = keys.take("owner")) {
    const auto word =
        value->IsScalar() ? word_of(value->Scalar(), event::OwnerClass::kLost) : std::nullopt;
    seen.owner = {};
    seen.uid = 0;
    set_command(seen, {});
    seen.owner_class = word.value_or(event::OwnerClass::kProcess);
    if (!word && !reference(*value, seen.owner))
      complaints_.add(*value,
                      "expected a pid, {pid: ..., start: ...}, kernel, none, hidden or lost");
    if (const auto owner = processes_.find(seen.owner.pid);
        owner != processes_.end() && owner->second.key == seen.owner) {
      seen.uid = owner->second.uid;
      seen.cgroup_id = owner->second.cgroup_id;
      set_command(seen, owner->second.command);
    }
  }
  read_reference(keys, "creator", seen.creator);
  keys.read("uid", seen.uid);
  keys.read("thread", seen.thread_id);
  if (std::string command; keys.read("command", command)) set_command(seen, command);
}

void ScriptedSensor::read_state(MapReader& keys, SocketSeen& seen) {
  keys.read_word("role", seen.role, event::parse_role);
  const bool tcp = seen.transport == event::Transport::kTcp;
  if (ends(seen.what))
    seen.state = event::FlowState::kClosed;
  else if (!tcp)
    seen.state = event::FlowState::kOpen;
  else if (seen.role == event::Role::kListener)
    seen.state = event::FlowState::kListen;
  else
    seen.state = event::FlowState::kEstablished;
  keys.read_word("state", seen.state, event::parse_flow_state);
}

void ScriptedSensor::read_attribution(MapReader& keys, SocketSeen& seen, bool known) {
  if (seen.owner.pid == 0)
    seen.attribution = event::Attribution::kNone;
  else if (seen.what == What::kFound)
    seen.attribution = event::Attribution::kFound;
  else if (!ends(seen.what) || !known)
    seen.attribution = event::Attribution::kHook;
  keys.read_word("attribution", seen.attribution,
                 [](std::string_view word) { return word_of(word, event::Attribution::kPolled); });
}

}  // namespace picket::case_runner
