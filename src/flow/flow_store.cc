// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_store.h"

#include <cstring>

namespace picket::flow {
namespace {

uint64_t hash_of(uint64_t cookie) { return seeded_hash(cookie); }

uint64_t hash_of(uint64_t cookie, bool per_peer, const Endpoint& remote) {
  if (!per_peer) return seeded_hash(cookie, 1);
  uint64_t high, low;
  std::memcpy(&high, remote.address.bytes().data(), 8);
  std::memcpy(&low, remote.address.bytes().data() + 8, 8);
  return seeded_hash(cookie, seeded_hash(high, low), 2 + uint64_t{remote.port});
}

}  // namespace

uint32_t FlowStore::add(uint64_t cookie, bool per_peer, const Endpoint& remote) {
  uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<uint32_t>(slots_end_++);
    if (slot / kChunk >= chunks_.size()) chunks_.push_back(std::make_unique<Flow[]>(kChunk));
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  ++used_;
  Flow& flow = at(slot);
  flow = Flow{};
  flow.live = true;
  flow.indexed = true;
  flow.cookie = cookie;
  flow.per_peer = per_peer;
  flow.remote = remote;
  by_key_.insert(hash_of(cookie, per_peer, remote), slot);
  join_ring(slot);
  return slot;
}

void FlowStore::remove(uint32_t slot) {
  delist(slot);
  unindex(slot);
  leave_ring(slot);
  at(slot).live = false;
  free_.push_back(slot);
  --used_;
}

uint32_t FlowStore::find(uint64_t cookie, bool per_peer, const Endpoint& remote) const {
  return by_key_.find(hash_of(cookie, per_peer, remote), [&](uint32_t slot) {
    const Flow& flow = at(slot);
    return flow.cookie == cookie && flow.per_peer == per_peer &&
           (!per_peer || flow.remote == remote);
  });
}

uint32_t FlowStore::first_of(uint64_t cookie) const {
  return by_cookie_.find(hash_of(cookie), [&](uint32_t slot) { return at(slot).cookie == cookie; });
}

void FlowStore::unindex(uint32_t slot) {
  Flow& flow = at(slot);
  if (!flow.indexed) return;
  by_key_.erase(hash_of(flow.cookie, flow.per_peer, flow.remote), slot);
  flow.indexed = false;
}

void FlowStore::enlist(uint32_t slot, FlowList list) {
  Flow& flow = at(slot);
  Ends& ends = ends_[static_cast<size_t>(list)];
  flow.list = list;
  flow.older = ends.newest;
  flow.newer = kNoSlot;
  (ends.newest == kNoSlot ? ends.oldest : at(ends.newest).newer) = slot;
  ends.newest = slot;
  ++ends.count;
}

void FlowStore::delist(uint32_t slot) {
  Flow& flow = at(slot);
  Ends& ends = ends_[static_cast<size_t>(flow.list)];
  (flow.older == kNoSlot ? ends.oldest : at(flow.older).newer) = flow.newer;
  (flow.newer == kNoSlot ? ends.newest : at(flow.newer).older) = flow.older;
  --ends.count;
}

void FlowStore::move(uint32_t slot, FlowList list) {
  delist(slot);
  enlist(slot, list);
}

// The ring's first flow is the one added or touched last, the one before it the one longest ago.
void FlowStore::join_ring(uint32_t slot) {
  Flow& flow = at(slot);
  const uint32_t first = first_of(flow.cookie);
  if (first == kNoSlot) {
    by_cookie_.insert(hash_of(flow.cookie), slot);
    flow.sibling_before = flow.sibling_after = slot;
    flow.peers = flow.per_peer ? 1 : 0;
    return;
  }
  put_first(slot, first);
  if (flow.per_peer) ++flow.peers;
}

void FlowStore::put_first(uint32_t slot, uint32_t first) {
  Flow& flow = at(slot);
  Flow& head = at(first);
  flow.sibling_after = first;
  flow.sibling_before = head.sibling_before;
  at(head.sibling_before).sibling_after = slot;
  head.sibling_before = slot;
  flow.peers = head.peers;
  by_cookie_.replace(hash_of(flow.cookie), first, slot);
}

void FlowStore::leave_ring(uint32_t slot) {
  Flow& flow = at(slot);
  const uint32_t first = first_of(flow.cookie);
  if (flow.sibling_after == slot) {
    by_cookie_.erase(hash_of(flow.cookie), slot);
    return;
  }
  const uint32_t peers = at(first).peers - (flow.per_peer ? 1 : 0);
  at(flow.sibling_before).sibling_after = flow.sibling_after;
  at(flow.sibling_after).sibling_before = flow.sibling_before;
  if (first == slot) by_cookie_.replace(hash_of(flow.cookie), slot, flow.sibling_after);
  at(first == slot ? flow.sibling_after : first).peers = peers;
}

void FlowStore::touch_peer(uint32_t slot) {
  Flow& flow = at(slot);
  const uint32_t first = first_of(flow.cookie);
  if (first == slot) return;
  at(flow.sibling_before).sibling_after = flow.sibling_after;
  at(flow.sibling_after).sibling_before = flow.sibling_before;
  put_first(slot, first);
}

uint32_t FlowStore::oldest_peer(uint64_t cookie) {
  const uint32_t first = first_of(cookie);
  if (first == kNoSlot) return kNoSlot;
  uint32_t slot = at(first).sibling_before;
  while (!at(slot).per_peer && slot != first) slot = at(slot).sibling_before;
  return at(slot).per_peer ? slot : kNoSlot;
}

uint32_t FlowStore::peers_of(uint64_t cookie) const {
  const uint32_t first = first_of(cookie);
  return first == kNoSlot ? 0 : at(first).peers;
}

size_t FlowStore::memory_bytes() const {
  return chunks_.size() * kChunk * sizeof(Flow) + free_.capacity() * sizeof(uint32_t) +
         by_key_.memory_bytes() + by_cookie_.memory_bytes();
}

}  // namespace picket::flow
