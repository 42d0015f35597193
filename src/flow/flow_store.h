// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "flow/flow.h"

namespace picket::flow {

// The slots flows live in, the lists they stand in, and the two indexes by which records find them:
// the key of a flow (cookie, and the remote where the socket has many peers) and the cookie alone.
// Holds no policy: who is evicted or expires is FlowTable's to say. References stay valid while the
// flow lives. Not thread-safe.
class FlowStore {
 public:
  Flow& at(uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  const Flow& at(uint32_t slot) const { return chunks_[slot / kChunk][slot % kChunk]; }

  uint32_t add(uint64_t cookie, bool per_peer, const Endpoint& remote);  // into the ring and index
  void remove(uint32_t slot);                                            // out of everything
  uint32_t find(uint64_t cookie, bool per_peer, const Endpoint& remote) const;
  uint32_t first_of(uint64_t cookie) const;  // any flow of the cookie, to walk its ring from
  void unindex(uint32_t slot);               // records no longer find it; it stays in its ring

  void enlist(uint32_t slot, FlowList list);  // at the most recent end; it was in none
  void move(uint32_t slot, FlowList list);    // to the most recent end of another (or the same)
  uint32_t oldest(FlowList list) const { return ends_[static_cast<size_t>(list)].oldest; }
  size_t count(FlowList list) const { return ends_[static_cast<size_t>(list)].count; }

  // Among the peers of one cookie: marks `slot` as used just now; the one used longest ago.
  void touch_peer(uint32_t slot);
  uint32_t oldest_peer(uint64_t cookie);
  uint32_t peers_of(uint64_t cookie) const;

  size_t size() const { return used_; }
  size_t slots_end() const { return slots_end_; }  // all live slots are below
  size_t memory_bytes() const;

 private:
  static constexpr size_t kChunk = 1024;
  struct Ends {
    uint32_t oldest = kNoSlot, newest = kNoSlot;
    size_t count = 0;
  };

  void delist(uint32_t slot);
  void join_ring(uint32_t slot);
  void put_first(uint32_t slot, uint32_t first);
  void leave_ring(uint32_t slot);

  std::vector<std::unique_ptr<Flow[]>> chunks_;
  std::vector<uint32_t> free_;
  size_t slots_end_ = 0;
  size_t used_ = 0;
  SlotIndex by_key_;
  SlotIndex by_cookie_;
  std::array<Ends, kFlowLists> ends_{};
};

}  // namespace picket::flow
