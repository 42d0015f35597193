// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "event/observation.h"
#include "flow/name_table.h"

namespace picket::flow {

using OwnerId = uint32_t;

// The list a flow stands in, each ordered by activity, the longest idle first.
enum class FlowList : uint8_t {
  kListeners,  // open, waiting for others
  kStreams,    // open, one peer for the life of the socket
  kPeers,      // open, one of several peers of a datagram socket
  kClosed,     // over, still shown
  kIdle,       // a peer silent too long: reported closed, comes back if it talks again
};
constexpr size_t kFlowLists = 5;

// One flow as the table keeps it: about 260 bytes, so texts are numbers of a TextPool and the owner
// is a number of the OwnerTable. Read it through FlowTable; a reference is valid until the next
// apply() or tick().
struct Flow {
  uint64_t cookie = 0;
  uint64_t serial = 0;             // counts up as flows are created; never reused
  uint64_t inode = 0;
  Endpoint local, remote;
  event::ProcessKey creator;
  MonoTime opened, last_seen;
  MonoTime closed;                 // when it ended
  MonoTime left;                   // when the table heard of that: what its visibility counts from
  MonoTime recorded;               // of the newest record merged in
  event::FlowCounters counters;
  uint64_t window_in = 0, window_out = 0;  // bytes accounted for already
  float rate_in = 0, rate_out = 0;         // bytes/s in the last full window
  float steady_rate = 0;                   // both, smoothed over some seconds: to order by
  NameTag name;
  OwnerId owner = 0;
  uint32_t uid = 0;
  uint32_t network_namespace = 0;
  uint32_t thread_id = 0;
  uint32_t counter_slot = 0;
  TextId command = kNoText;
  uint32_t older = kNoSlot, newer = kNoSlot;                  // in its list
  uint32_t sibling_before = kNoSlot, sibling_after = kNoSlot; // flows of one cookie, a ring
  uint32_t peers = 0;                                         // in the ring; kept by its first flow
  uint16_t protocol = 0;
  event::Transport transport = event::Transport::kTcp;
  event::Role role = event::Role::kUnknown;
  event::FlowState state = event::FlowState::kUnknown;
  event::Attribution attribution = event::Attribution::kNone;
  FlowList list = FlowList::kStreams;
  bool live = false;               // the slot holds a flow
  bool indexed = false;            // records with its key mean this flow
  bool per_peer = false;
  bool shared = false;
  bool found = false;              // there before picket looked
  bool changed = false;            // since the listener was last told
  bool counted_certain = false;

  bool open() const { return list < FlowList::kClosed; }
  bool has_remote() const { return remote.port != 0 || !remote.address.is_unspecified(); }
};

}  // namespace picket::flow
