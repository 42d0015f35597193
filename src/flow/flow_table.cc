// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_table.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "base/counter.h"

namespace picket::flow {
namespace {

using event::SocketSeen;
using What = SocketSeen::What;

Counter evicted{"flow.evicted", "flows no longer followed because the table was full"};
Counter peers_max{"flow.peers_max", "peers of one datagram socket no longer followed: too many"};
Counter hosts_full{"flow.hosts_max", "remote hosts shown without a history: too many"};
Counter without_cookie{"flow.without_cookie", "records of sockets without an identity, not used"};

// Bytes of a flow that began longer ago than this are not counted as traffic of now.
constexpr uint64_t kFreshNs = 2 * kNsPerSecond;

std::string_view command_of(const SocketSeen& seen) {
  return {seen.command, strnlen(seen.command, sizeof seen.command)};
}

bool is_datagram(event::Transport transport) { return transport != event::Transport::kTcp; }

bool unspecified(const Endpoint& endpoint) {
  return endpoint.port == 0 && endpoint.address.is_unspecified();
}

// How sure an owner is; a later record only replaces it when it is at least as sure.
int certainty(event::Attribution attribution) {
  switch (attribution) {
    case event::Attribution::kHook: return 4;
    case event::Attribution::kFound: return 3;
    case event::Attribution::kInherited: return 2;
    case event::Attribution::kPolled: return 1;
    case event::Attribution::kNone: break;
  }
  return 0;
}

FlowList open_list(const Flow& flow) {
  if (flow.role == event::Role::kListener) return FlowList::kListeners;
  return flow.per_peer ? FlowList::kPeers : FlowList::kStreams;
}

}  // namespace

FlowTable::FlowTable(const Surroundings& around, const FlowLimits& limits)
    : around_(around),
      limits_(limits),
      names_(texts_, limits.answers_max),
      owners_(texts_, around_) {}

FlowTable::~FlowTable() = default;

void FlowTable::apply(const SocketSeen& seen) {
  advance(seen.at);
  if (seen.cookie == 0) {
    without_cookie.add();
    return;
  }
  if (seen.what == What::kSocketClosed) {
    close_socket(seen);
    return;
  }
  uint32_t slot = store_.find(seen.cookie, seen.per_peer, seen.remote);
  if (slot != kNoSlot && begins_anew(store_.at(slot), seen)) {
    if (store_.at(slot).open()) close(slot, store_.at(slot).last_seen, FlowList::kClosed);
    store_.unindex(slot);
    slot = kNoSlot;
  }
  if (slot == kNoSlot)
    slot = create(seen);
  else
    merge(slot, seen);
  if (seen.what != What::kClosed) return;
  Flow& flow = store_.at(slot);
  if (flow.open())
    close(slot, seen.at, FlowList::kClosed);
  else if (flow.list == FlowList::kIdle)
    store_.unindex(slot);
}

// Whether the record tells of another conversation than the one known under its key.
bool FlowTable::begins_anew(const Flow& flow, const SocketSeen& seen) const {
  if (seen.what == What::kClosed) return false;
  const bool other_remote =
      !unspecified(seen.remote) && flow.has_remote() && seen.remote != flow.remote;
  if (flow.open()) {
    if (seen.what != What::kOpened || seen.at < flow.recorded) return false;
    if (other_remote) return true;
    return is_datagram(flow.transport) && seen.opened_at > flow.opened &&
           ns_between(flow.last_seen, seen.at) >= kPeerIdleNs;
  }
  if (seen.at <= flow.closed) return false;
  if (flow.list == FlowList::kIdle)
    return seen.what == What::kOpened && seen.opened_at > flow.opened;
  const bool same = seen.opened_at.ns != 0 && seen.opened_at == flow.opened && !other_remote;
  return seen.what == What::kOpened || !same;
}

void FlowTable::make_room(const SocketSeen& seen) {
  if (seen.per_peer && store_.peers_of(seen.cookie) >= limits_.peers_per_socket_max) {
    peers_max.add();
    evict(store_.oldest_peer(seen.cookie));
  }
  if (store_.size() < limits_.flows_max) return;
  evicted.add();
  for (const FlowList list : {FlowList::kClosed, FlowList::kIdle})
    if (const uint32_t slot = store_.oldest(list); slot != kNoSlot) return remove(slot);
  const uint32_t stream = store_.oldest(FlowList::kStreams);
  const uint32_t peer = store_.oldest(FlowList::kPeers);
  if (stream == kNoSlot && peer == kNoSlot) return evict(store_.oldest(FlowList::kListeners));
  if (stream == kNoSlot || peer == kNoSlot) return evict(stream == kNoSlot ? peer : stream);
  evict(store_.at(stream).last_seen < store_.at(peer).last_seen ? stream : peer);
}

uint32_t FlowTable::create(const SocketSeen& seen) {
  make_room(seen);
  const uint32_t slot = store_.add(seen.cookie, seen.per_peer, seen.remote);
  Flow& flow = store_.at(slot);
  flow.serial = ++serial_;
  flow.found = seen.what == What::kFound;
  flow.opened = seen.opened_at.ns != 0 ? seen.opened_at : seen.at;
  flow.last_seen = std::max(flow.opened, seen.at);
  flow.recorded = seen.at;
  flow.transport = seen.transport;
  flow.attribution = seen.attribution;
  flow.creator = seen.creator;
  flow.command = texts_.acquire(command_of(seen));
  flow.thread_id = seen.thread_id;
  const bool no_process = seen.owner_class == event::OwnerClass::kProcess && seen.owner.pid == 0;
  flow.owner = owners_.hold(no_process ? event::OwnerClass::kLost : seen.owner_class, seen.owner,
                            command_of(seen));
  merge_facts(flow, seen, false);
  merge_counters(flow, seen.counters);
  if (flow.found || ns_between(flow.opened, seen.at) > kFreshNs) {
    flow.window_in = flow.counters.bytes_in;
    flow.window_out = flow.counters.bytes_out;
  }
  store_.enlist(slot, open_list(flow));
  if (!flow.found) ++opened_in_window_;
  count_certain(flow);
  name_at_open(slot);
  tell(flow.found ? event::FlowEvent::kFound : event::FlowEvent::kOpened, flow);
  return slot;
}

void FlowTable::merge(uint32_t slot, const SocketSeen& seen) {
  Flow& flow = store_.at(slot);
  const bool stale = seen.at < flow.recorded;
  // A search finds what is known already again and again: only what differs is news.
  const auto news = [&flow] {
    return std::tuple(flow.owner, flow.attribution, flow.local, flow.remote, flow.role, flow.state,
                      flow.inode, flow.shared);
  };
  const auto before = news();
  merge_owner(flow, seen, stale);
  merge_facts(flow, seen, stale);
  const bool carried = merge_counters(flow, seen.counters);
  if (seen.opened_at.ns != 0 && seen.opened_at < flow.opened) flow.opened = seen.opened_at;
  if (seen.what == What::kOpened && stale) flow.opened = std::min(flow.opened, seen.at);
  flow.recorded = std::max(flow.recorded, seen.at);
  flow.changed = flow.changed || carried || news() != before;
  if (flow.list == FlowList::kIdle) {
    if (seen.what != What::kClosed && seen.at > flow.closed && (carried || !seen.counters.known))
      reopen(slot, seen);
    return;
  }
  if (!flow.open()) {
    settle(flow);
    tell(event::FlowEvent::kUpdated, flow);
    return;
  }
  flow.last_seen = std::max(flow.last_seen, seen.at);
  store_.move(slot, open_list(flow));
  if (flow.per_peer) store_.touch_peer(slot);
}

void FlowTable::merge_owner(Flow& flow, const SocketSeen& seen, bool stale) {
  if (seen.attribution == event::Attribution::kNone &&
      flow.attribution != event::Attribution::kNone)
    return;
  // A search or a late record does not overrule what a newer hook saw; a newer hook overrules all.
  const bool weaker = certainty(seen.attribution) < certainty(flow.attribution);
  if (weaker && (stale || seen.what == What::kFound)) return;
  if (stale && certainty(seen.attribution) == certainty(flow.attribution)) return;
  if (seen.owner_class == event::OwnerClass::kProcess && seen.owner.pid == 0) return;
  const OwnerId before = flow.owner;
  flow.owner = owners_.hold(seen.owner_class, seen.owner, command_of(seen));
  flow.attribution = seen.attribution;
  if (seen.creator.pid != 0) flow.creator = seen.creator;
  flow.thread_id = seen.thread_id;
  flow.uid = seen.uid;
  texts_.assign(flow.command, command_of(seen));
  if (flow.owner != before) settle(flow);  // what was carried so far was carried for it
  owners_.release(before);
  count_certain(flow);
  const bool overridden = flow.name.source == event::NameSource::kTlsSni ||
                          flow.name.source == event::NameSource::kHttpHost;
  if (flow.owner != before && !overridden) name_from_answers(flow);
}

// What is neither owner nor counters. A stale record only fills in what is not known.
void FlowTable::merge_facts(Flow& flow, const SocketSeen& seen, bool stale) {
  if (seen.inode != 0) flow.inode = seen.inode;
  if (seen.network_namespace != 0) flow.network_namespace = seen.network_namespace;
  if (flow.protocol == 0 || !stale) flow.protocol = seen.protocol;
  const bool local_told = !unspecified(seen.local) && (!stale || unspecified(flow.local));
  if (local_told || flow.local == Endpoint{}) flow.local = seen.local;  // :: is not 0.0.0.0
  if (!flow.per_peer && !unspecified(seen.remote) && (!stale || !flow.has_remote()))
    flow.remote = seen.remote;
  if (seen.role != event::Role::kUnknown && (!stale || flow.role == event::Role::kUnknown))
    flow.role = seen.role;
  if (flow.list >= FlowList::kClosed) return;
  if (stale) return;
  if (flow.uid == 0) flow.uid = seen.uid;
  if (seen.state != event::FlowState::kUnknown) flow.state = seen.state;
  if (seen.counter_slot != 0) flow.counter_slot = seen.counter_slot;
  flow.shared = flow.shared || seen.shared;
}

// Counters only grow: a record may be older than what was read from the live slot since.
bool FlowTable::merge_counters(Flow& flow, const event::FlowCounters& seen) {
  if (!seen.known) return false;
  event::FlowCounters& known = flow.counters;
  const bool more = seen.packets_in > known.packets_in || seen.packets_out > known.packets_out ||
                    seen.bytes_in > known.bytes_in || seen.bytes_out > known.bytes_out;
  known.bytes_in = std::max(known.bytes_in, seen.bytes_in);
  known.bytes_out = std::max(known.bytes_out, seen.bytes_out);
  known.packets_in = std::max(known.packets_in, seen.packets_in);
  known.packets_out = std::max(known.packets_out, seen.packets_out);
  known.retransmits = std::max(known.retransmits, seen.retransmits);
  if (seen.rtt_us != 0) known.rtt_us = seen.rtt_us;
  known.known = true;
  return more;
}

// Adds what the flow carried since it was last asked to all sums.
void FlowTable::settle(Flow& flow) {
  const Carried bytes{flow.counters.bytes_in - flow.window_in,
                      flow.counters.bytes_out - flow.window_out};
  if (!bytes.any()) return;
  flow.window_in = flow.counters.bytes_in;
  flow.window_out = flow.counters.bytes_out;
  carried_in_window_.in += bytes.in;
  carried_in_window_.out += bytes.out;
  owners_.carry(flow.owner, bytes);
  if (!flow.has_remote()) return;
  if (const uint32_t host = hosts_.add(flow.remote.address); host != kNoSlot)
    hosts_.carry(host, bytes);
  else
    hosts_full.add();
}

void FlowTable::close(uint32_t slot, MonoTime at, FlowList into) {
  Flow& flow = store_.at(slot);
  flow.closed = std::max(at, flow.opened);
  flow.left = now_;
  flow.state = event::FlowState::kClosed;
  flow.counter_slot = into == FlowList::kIdle ? flow.counter_slot : 0;
  if (into == FlowList::kClosed) flow.last_seen = std::max(flow.last_seen, flow.closed);
  settle(flow);
  store_.move(slot, into);
  tell(event::FlowEvent::kClosed, flow);
}

void FlowTable::reopen(uint32_t slot, const SocketSeen& seen) {
  Flow& flow = store_.at(slot);
  flow.closed = flow.left = {};
  flow.state = seen.state == event::FlowState::kUnknown ? event::FlowState::kOpen : seen.state;
  flow.last_seen = std::max(flow.last_seen, seen.at);
  if (seen.counter_slot != 0) flow.counter_slot = seen.counter_slot;
  store_.move(slot, open_list(flow));
  store_.touch_peer(slot);
  tell(event::FlowEvent::kOpened, flow);
}

void FlowTable::close_socket(const SocketSeen& seen) {
  const uint32_t first = store_.first_of(seen.cookie);
  if (first == kNoSlot) return;
  uint32_t slot = first;
  do {
    Flow& flow = store_.at(slot);
    // The record's counters are those of the peer it names: a socket of many peers names its first.
    const bool counted = !flow.per_peer || (seen.per_peer && flow.remote == seen.remote);
    if (counted && flow.open()) merge_counters(flow, seen.counters);
    if (flow.open()) close(slot, seen.at, FlowList::kClosed);
    slot = store_.at(slot).sibling_after;
  } while (slot != first);
}

void FlowTable::remove(uint32_t slot) {
  Flow& flow = store_.at(slot);
  texts_.release(flow.command);
  texts_.release(flow.name.text);
  owners_.release(flow.owner);
  store_.remove(slot);
}

// Stops following a flow that is still open: listeners hear of it as closed, without a time.
void FlowTable::evict(uint32_t slot) {
  Flow& flow = store_.at(slot);
  if (flow.open()) {
    settle(flow);
    tell(event::FlowEvent::kClosed, flow);
  }
  remove(slot);
}

void FlowTable::count_certain(Flow& flow) {
  if (flow.counted_certain) return;
  const auto owner_class = owners_.at(flow.owner).owner_class;
  const bool sure = flow.attribution == event::Attribution::kHook ||
                    flow.attribution == event::Attribution::kFound;
  if (owner_class != event::OwnerClass::kKernel &&
      !(owner_class == event::OwnerClass::kProcess && sure))
    return;
  flow.counted_certain = true;
  ++certain_;
}

FlowTotals FlowTable::totals() const {
  FlowTotals totals;
  totals.open = store_.count(FlowList::kStreams) + store_.count(FlowList::kPeers);
  totals.listeners = store_.count(FlowList::kListeners);
  totals.closed_shown = store_.count(FlowList::kClosed);
  totals.opened_per_s = opened_per_s_;
  totals.bytes_in_per_s = bytes_in_per_s_;
  totals.bytes_out_per_s = bytes_out_per_s_;
  totals.seen = serial_;
  totals.certain = certain_;
  return totals;
}

size_t FlowTable::memory_bytes() const { return store_.memory_bytes() + texts_.memory_bytes(); }

}  // namespace picket::flow
