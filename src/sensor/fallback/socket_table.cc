// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/socket_table.h"

#include <netinet/in.h>

#include <algorithm>
#include <unordered_set>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

using event::Attribution;
using event::FlowState;
using event::OwnerClass;
using event::Role;
using event::SocketSeen;
using event::Transport;

Counter over_limit{"sensor.fallback.sockets_over_limit",
                   "sockets not followed because there are more than picket keeps"};
Counter given_up{"sensor.fallback.unseen_closed",
                 "sockets called closed after many incomplete listings without them"};

// Namespace, transport and port in one number.
uint64_t place(uint32_t network_namespace, Transport transport, uint16_t port = 0) {
  return uint64_t{network_namespace} << 32 | uint64_t{static_cast<uint8_t>(transport)} << 16 | port;
}

bool is_listener(const SocketEntry& entry) {
  if (entry.transport == Transport::kUdp) return !entry.has_peer();
  return entry.state == FlowState::kListen;
}

bool same_counters(const event::FlowCounters& a, const event::FlowCounters& b) {
  return a.known == b.known && a.bytes_in == b.bytes_in && a.bytes_out == b.bytes_out &&
         a.packets_in == b.packets_in && a.packets_out == b.packets_out && a.rtt_us == b.rtt_us &&
         a.retransmits == b.retransmits;
}

bool same(const SocketSeen& a, const SocketSeen& b) {
  return a.inode == b.inode && a.state == b.state && a.role == b.role && a.local == b.local &&
         a.remote == b.remote && a.uid == b.uid && a.owner == b.owner &&
         a.owner_class == b.owner_class && a.attribution == b.attribution && a.shared == b.shared &&
         a.cgroup_id == b.cgroup_id && same_counters(a.counters, b.counters);
}

void copy_entry(const SocketEntry& entry, SocketSeen& record) {
  record.inode = entry.inode;
  record.transport = entry.transport;
  record.protocol = entry.protocol;
  record.v6_socket = entry.v6_socket;
  record.local = entry.local;
  record.remote = entry.remote;
  record.state = entry.state;
  if (entry.inode != 0 || record.uid == 0) record.uid = entry.uid;  // an orphan is listed as root's
  if (entry.cgroup_id != 0) record.cgroup_id = entry.cgroup_id;
  if (entry.counters.known) record.counters = entry.counters;  // TIME_WAIT has none: keep the last
}

struct FlowKey {
  uint32_t network_namespace;
  Endpoint local, remote;
  bool operator==(const FlowKey&) const = default;
};
struct FlowKeyHash {
  size_t operator()(const FlowKey& key) const {
    return std::hash<Endpoint>()(key.local) * 31 + std::hash<Endpoint>()(key.remote) +
           key.network_namespace;
  }
};

}  // namespace

bool SocketTable::per_peer(const SocketEntry& entry) {
  return entry.protocol == IPPROTO_SCTP && entry.transport == Transport::kOther && entry.has_peer();
}

uint64_t SocketTable::key_of(const SocketEntry& entry) {
  // All associations of a one-to-many SCTP socket carry its one cookie.
  return per_peer(entry) ? entry.cookie ^ std::hash<Endpoint>()(entry.remote) << 1 : entry.cookie;
}

void SocketTable::index_listeners(const std::vector<SocketGroup>& groups, Poll& poll) {
  for (const SocketGroup& group : groups) {
    for (const SocketEntry& entry : group.entries) {
      if (!is_listener(entry)) continue;
      poll.listeners[place(group.network_namespace, entry.transport, entry.local.port)].push_back(
          {entry.local.address, entry.v6_only, entry.v6_socket});
    }
    // An incomplete listing of any kind makes the whole namespace's roles unsure: simple and safe.
    auto [where, added] = poll.complete.try_emplace(group.network_namespace, group.complete);
    if (!added) where->second = where->second && group.complete;
  }
}

bool SocketTable::has_listener(const SocketEntry& entry, uint32_t network_namespace,
                               const Poll& poll) {
  auto where = poll.listeners.find(place(network_namespace, entry.transport, entry.local.port));
  if (where == poll.listeners.end()) return false;
  return std::ranges::any_of(where->second, [&](const Listener& listener) {
    if (listener.address == entry.local.address) return true;
    if (!listener.address.is_unspecified()) return false;
    // The IPv6 wildcard takes IPv4 too, unless told not to; the IPv4 wildcard only IPv4.
    return entry.local.address.is_v4() ? !listener.v6_only : listener.v6;
  });
}

Role SocketTable::role_of(const SocketEntry& entry, Role before, uint32_t network_namespace,
                          const Poll& poll) {
  switch (entry.transport) {
    case Transport::kPacket: return entry.protocol != 0 ? Role::kListener : Role::kUnknown;
    case Transport::kIcmp:
    case Transport::kRaw: return entry.has_peer() ? Role::kClient : Role::kListener;
    case Transport::kUdp:
      if (!entry.has_peer()) return Role::kListener;
      break;
    case Transport::kTcp:
    case Transport::kOther:
      if (entry.state == FlowState::kListen) return Role::kListener;
      if (entry.state == FlowState::kSynSent) return Role::kClient;
      if (entry.state == FlowState::kSynReceived) return Role::kServer;
      if (!entry.has_peer()) return Role::kUnknown;
      break;
  }
  if (before == Role::kClient || before == Role::kServer) return before;
  if (!poll.complete.at(network_namespace)) return Role::kUnknown;
  return has_listener(entry, network_namespace, poll) ? Role::kServer : Role::kClient;
}

bool SocketTable::wants_owners(const std::vector<SocketGroup>& groups) const {
  for (const SocketGroup& group : groups) {
    for (const SocketEntry& entry : group.entries) {
      if (entry.inode == 0) continue;
      auto known = known_.find(key_of(entry));
      if (known == known_.end() || !known->second.owner_settled ||
          known->second.record.inode != entry.inode) {
        return true;
      }
    }
  }
  return false;
}

bool SocketTable::settle_owner(Known& known, const Poll& poll) {
  SocketSeen& record = known.record;
  if (record.inode == 0) {  // no file: whoever had it keeps the credit
    if (record.owner.pid == 0) record.owner_class = OwnerClass::kNone;
    return known.owner_settled = true;
  }
  if (!poll.owners) return known.owner_settled;
  OwnerIndex::Found found = poll.owners->find(record.inode, record.role == Role::kServer);
  if (found.owner.pid != 0) {
    record.owner = found.owner;
    record.owner_class = OwnerClass::kProcess;
    record.attribution = Attribution::kPolled;
    record.shared = found.shared;
    known.owner_misses = 0;
    return known.owner_settled = true;
  }
  if (known.owner_misses < kOwnerMissesMax) ++known.owner_misses;
  known.owner_settled = known.owner_misses >= kOwnerMissesMax;
  // One miss may be a descriptor on its way from one process to another.
  if (record.owner.pid != 0 && !known.owner_settled) return false;
  record.owner = {};
  record.attribution = Attribution::kNone;
  record.shared = false;
  // A kernel socket looks just like this, but so does one in flight or held by io_uring alone:
  // "nobody" is as much as can be said.
  record.owner_class = poll.owners_complete ? OwnerClass::kNone : OwnerClass::kHidden;
  return known.owner_settled;
}

void SocketTable::add(uint64_t key, const SocketEntry& entry, const SocketGroup& group,
                      Poll& poll) {
  if (known_.size() >= sockets_max_) {
    over_limit.add();
    return;
  }
  Known& known = known_[key];
  SocketSeen& record = known.record;
  record.what = group.first ? SocketSeen::What::kFound : SocketSeen::What::kOpened;
  record.at = record.opened_at = poll.at;
  record.cookie = entry.cookie;
  record.per_peer = per_peer(entry);
  record.network_namespace = group.network_namespace;
  record.owner_class = OwnerClass::kNone;
  copy_entry(entry, record);
  record.role = role_of(entry, Role::kUnknown, group.network_namespace, poll);
  known.seen_in_poll = poll_number_;
  settle_owner(known, poll);
  poll.changes.push_back(record);
}

void SocketTable::see(const SocketEntry& entry, const SocketGroup& group, Poll& poll) {
  auto where = known_.find(key_of(entry));
  if (where == known_.end()) return add(key_of(entry), entry, group, poll);
  Known& known = where->second;
  if (known.seen_in_poll == poll_number_) return;  // listed twice while the table moved
  known.seen_in_poll = poll_number_;
  SocketSeen before = known.record;
  if (before.inode != entry.inode && entry.inode != 0) known.owner_settled = false;
  copy_entry(entry, known.record);
  known.record.role = role_of(entry, before.role, group.network_namespace, poll);
  settle_owner(known, poll);
  if (same(before, known.record)) return;
  known.record.what = SocketSeen::What::kUpdated;
  known.record.at = poll.at;
  poll.changes.push_back(known.record);
}

void SocketTable::continue_in_time_wait(const std::vector<SocketGroup>& groups) {
  std::unordered_set<uint64_t> listed;
  std::unordered_map<FlowKey, uint64_t, FlowKeyHash> newcomers;  // addresses to the new cookie
  for (const SocketGroup& group : groups) {
    for (const SocketEntry& entry : group.entries) {
      if (entry.transport != Transport::kTcp) continue;
      if (entry.inode == 0 && !known_.contains(entry.cookie)) {
        newcomers.emplace(FlowKey{group.network_namespace, entry.local, entry.remote},
                          entry.cookie);
      }
    }
  }
  if (newcomers.empty()) return;
  for (const SocketGroup& group : groups) {
    for (const SocketEntry& entry : group.entries) listed.insert(key_of(entry));
  }
  std::vector<std::pair<uint64_t, uint64_t>> renamed;
  for (const auto& [key, known] : known_) {
    const SocketSeen& record = known.record;
    if (record.transport != Transport::kTcp || listed.contains(key)) continue;
    auto successor = newcomers.find({record.network_namespace, record.local, record.remote});
    if (successor != newcomers.end()) renamed.emplace_back(key, successor->second);
  }
  for (auto [key, successor] : renamed) {
    auto node = known_.extract(key);
    node.key() = successor;  // record.cookie stays: it is the same flow
    known_.insert(std::move(node));
  }
}

void SocketTable::close_unseen(const std::vector<SocketGroup>& groups, Poll& poll) {
  std::unordered_map<uint64_t, bool> complete;  // of the listings that would show such a socket
  for (const SocketGroup& group : groups) {
    auto [where, added] = complete.try_emplace(group.network_namespace, group.complete);
    if (!added) where->second = where->second && group.complete;
  }
  std::vector<SocketSeen> closed;
  for (auto where = known_.begin(); where != known_.end();) {
    Known& known = where->second;
    bool unseen = known.seen_in_poll != poll_number_;
    auto listing = complete.find(known.record.network_namespace);
    bool sure = known.forgotten || (listing != complete.end() && listing->second);
    bool long_ago = poll_number_ - known.seen_in_poll > kUnseenPollsMax;
    if (!unseen || (!sure && !long_ago)) {
      ++where;
      continue;
    }
    if (!sure) given_up.add();
    known.record.what = SocketSeen::What::kClosed;
    known.record.state = FlowState::kClosed;
    known.record.at = poll.at;
    closed.push_back(known.record);
    where = known_.erase(where);
  }
  poll.changes.insert(poll.changes.begin(), closed.begin(), closed.end());
}

std::vector<SocketSeen> SocketTable::update(const std::vector<SocketGroup>& groups,
                                            const OwnerIndex* owners, bool owners_complete,
                                            MonoTime at) {
  ++poll_number_;
  Poll poll{.owners = owners,
            .owners_complete = owners_complete,
            .at = at,
            .listeners = {},
            .complete = {},
            .changes = {}};
  index_listeners(groups, poll);
  continue_in_time_wait(groups);
  for (const SocketGroup& group : groups) {
    for (const SocketEntry& entry : group.entries) see(entry, group, poll);
  }
  close_unseen(groups, poll);
  hidden_ = static_cast<size_t>(std::ranges::count_if(known_, [](const auto& item) {
    return item.second.record.owner_class == OwnerClass::kHidden;
  }));
  return std::move(poll.changes);
}

void SocketTable::forget_namespace(uint32_t network_namespace) {
  for (auto& [key, known] : known_) {
    if (known.record.network_namespace == network_namespace) known.forgotten = true;
  }
}

}  // namespace picket::sensor::fallback
