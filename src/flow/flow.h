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
  // What a frame of the live view looks at comes first: it goes through all flows.
  bool live = false;  // the slot holds a flow
  FlowList list = FlowList::kStreams;
  event::Role role = event::Role::kUnknown;
  event::FlowState state = event::FlowState::kUnknown;
  event::Transport transport = event::Transport::kTcp;
  event::Attribution attribution = event::Attribution::kNone;
  bool found = false;  // there before picket looked
  bool per_peer = false;
  OwnerId owner = 0;
  uint64_t serial = 0;  // counts up as flows are created; never reused
  MonoTime opened;
  MonoTime left;  // when the table heard of the end: its visibility counts from there
  float rate_in = 0, rate_out = 0;  // bytes/s in the last full window
  float steady_rate = 0;            // both, smoothed over some seconds: to order by
  Endpoint remote;
  event::FlowCounters counters;

  uint64_t window_in = 0, window_out = 0;  // bytes accounted for already
  uint64_t cookie = 0;
  uint64_t inode = 0;
  event::ProcessKey creator;
  MonoTime last_seen;
  MonoTime closed;     // when it ended
  MonoTime recorded;   // of the newest record merged in
  MonoTime slot_lost;  // its counters' slot was given back; 0: it is still its own
  MonoTime fin_sent;   // when its end was first seen to be under way; 0: it is not
  NameTag name;
  Endpoint local;
  uint32_t uid = 0;
  uint32_t network_namespace = 0;
  uint32_t thread_id = 0;
  uint32_t counter_slot = 0;
  TextId command = kNoText;
  uint32_t older = kNoSlot, newer = kNoSlot;                   // in its list
  uint32_t sibling_before = kNoSlot, sibling_after = kNoSlot;  // flows of one cookie, a ring
  uint32_t peers = 0;  // in the ring; kept by its first flow
  uint16_t protocol = 0;
  bool indexed = false;  // records with its key mean this flow
  bool shared = false;
  bool changed = false;  // since the listener was last told
  bool counted_certain = false;

  bool open() const { return list < FlowList::kClosed; }
  bool has_remote() const { return remote.port != 0 || !remote.address.is_unspecified(); }
};

}  // namespace picket::flow
