// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/facts.h"
#include "event/flow_counter_source.h"
#include "event/observation.h"
#include "flow/flow.h"
#include "flow/flow_store.h"
#include "flow/name_table.h"
#include "flow/owner_table.h"
#include "flow/surroundings.h"
#include "flow/text_pool.h"

namespace picket::flow {

constexpr size_t kFlowsMax = 262'144;
constexpr size_t kPeersPerSocketMax = 32'768;
constexpr size_t kEarlyNamesMax = 1'024;    // names read off a flow before its own record came
constexpr size_t kRecentFlowsMax = 65'536;  // opened just now, to be named by a late answer
constexpr size_t kLateAnswersMax = 65'536;  // addresses answered between two ticks
constexpr size_t kHostGroupsMax = 4'096;    // remote hosts with a traffic history
constexpr uint64_t kClosedKeptNs = 5 * kNsPerSecond;  // a closed flow can be seen this long
constexpr uint64_t kClosingRecordPatienceNs = 3 * kNsPerSecond;  // then it counts as lost
// By then a FIN that was not answered has been sent again, whatever the way is like.
constexpr uint64_t kFinResentNs = 5 * kNsPerSecond;
constexpr uint64_t kPeerIdleNs = 60 * kNsPerSecond;   // a datagram peer silent this long is over
constexpr uint64_t kIdleKeptNs = 600 * kNsPerSecond;  // ... and remembered this long, unseen

struct FlowLimits {
  size_t flows_max = kFlowsMax;
  size_t peers_per_socket_max = kPeersPerSocketMax;
  size_t answers_max = kAnswersMax;
};

struct FlowTotals {
  uint64_t open = 0;  // flows with a peer, or datagram flows under way
  uint64_t listeners = 0;
  uint64_t closed_shown = 0;
  double opened_per_s = 0;  // in the last full window of a second
  double bytes_in_per_s = 0, bytes_out_per_s = 0;
  uint64_t seen = 0;     // flows and listeners since the start
  uint64_t certain = 0;  // of those, with an owner that is known for sure
};

// Told of every change while it is set; the flow is valid during the call only, and the table must
// not be changed from inside. kUpdated comes at most once a window (1 s) per flow.
class FlowListener {
 public:
  virtual ~FlowListener() = default;
  virtual void flow_changed(event::FlowEvent, const Flow&) = 0;
};

// FlowTable owns the live flows of this machine: what the sensor says of sockets, merged into one
// flow each, with names, owners, rates and histories. Not thread-safe: one thread owns it for life;
// others see flows only as facts. Times are those of the records (CLOCK_MONOTONIC).
//
// Records may come late or in the wrong order; a kFound after a kOpened of the same flow merges, a
// kClosed of an unknown flow makes one that opened and closed at once. A closed flow stays
// visible for kClosedKeptNs. A datagram peer that is silent for kPeerIdleNs is reported closed;
// when it talks again it is reported opened again.
//
// At `flows_max` the longest idle flow is evicted, closed ones first, listeners last, counted in
// flow.evicted. Other counters: flow.peers_max, flow.without_cookie, flow.name_early_max,
// flow.recent_max, flow.hosts_max, flow.closed_unseen (the end was noticed, not told), and those of
// the tables within.
// apply() is O(1), tick() O(open flows) with no system call.
class FlowTable {
 public:
  explicit FlowTable(const Surroundings& around, const FlowLimits& limits = {});
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  void apply(const event::SocketSeen&);
  void apply(const event::NameSeen&);
  // The process began, ran another program or moved: its flows are named anew.
  void process_changed(const event::ProcessKey& key) { owners_.resolve(key); }
  // Reads live counters (source may be null), ends windows, expires. Call it a few times a second.
  void tick(MonoTime now, const event::FlowCounterSource* source);

  // nullptr: nobody listens, and changes cost nothing.
  void set_listener(FlowListener* listener) { listener_ = listener; }

  // Calls visit(const Flow&) for every flow that can be seen now: open ones, and those that ended
  // less than kClosedKeptNs ago.
  template <typename Visit>
  void visit(Visit&& visit) const {
    for (uint32_t slot = 0; slot < store_.slots_end(); ++slot)
      if (const Flow& flow = store_.at(slot); flow.live && visible(flow)) visit(flow);
  }
  // By id(); nullptr when it is gone.
  const Flow* find(std::string_view id) const;
  // The flow of a socket with one peer; nullptr: not known.
  const Flow* find_stream(uint64_t cookie) const;
  static std::string id(const Flow&);
  event::FlowFacts facts(const Flow&, const Clock&) const;

  FlowTotals totals() const;
  MonoTime now() const { return now_; }
  uint64_t window() const { return window_; }  // number of the last full window
  const TextPool& texts() const { return texts_; }
  const OwnerTable& owners() const { return owners_; }
  using HostGroups = TrafficGroups<IpAddress>;
  const HostGroups& hosts() const { return hosts_; }
  const Surroundings& around() const { return around_; }
  size_t size() const { return store_.size(); }
  size_t memory_bytes() const;  // of flows and indexes, without the table of names

 private:
  struct Recent {
    uint32_t slot;
    uint64_t serial;
  };
  struct AddressKey {
    uint32_t network_namespace;
    IpAddress address;
    bool operator==(const AddressKey&) const = default;
  };
  struct AddressHash {
    size_t operator()(const AddressKey&) const;
  };
  struct EarlyName {
    NameTag tag;
    uint64_t cookie;
  };

  bool visible(const Flow& flow) const {
    return flow.open() || ns_between(flow.left, now_) < kClosedKeptNs;
  }
  void advance(MonoTime at) { now_ = std::max(now_, at); }

  // flow_table.cc: records
  bool begins_anew(const Flow&, const event::SocketSeen&) const;
  uint32_t create(const event::SocketSeen&);
  void make_room(const event::SocketSeen&);
  void merge(uint32_t slot, const event::SocketSeen&);
  void merge_owner(Flow&, const event::SocketSeen&, bool stale);
  void merge_facts(Flow&, const event::SocketSeen&, bool stale);
  void close(uint32_t slot, MonoTime at, FlowList into);
  void close_socket(const event::SocketSeen&);
  void reopen(uint32_t slot, const event::SocketSeen&);
  void remove(uint32_t slot);
  void evict(uint32_t slot);
  void count_certain(Flow&);
  bool merge_counters(Flow&, const event::FlowCounters&);
  void settle(Flow&);
  void tell(event::FlowEvent event, Flow& flow) {
    if (!listener_) return;
    flow.changed = false;
    listener_->flow_changed(event, flow);
  }

  // flow_names.cc
  void name_at_open(uint32_t slot);
  void name_from_answers(Flow&);
  void name_flow(Flow&, const NameTag&);
  void name_by_cookie(const event::NameSeen&);
  void name_recent();

  // flow_tick.cc
  void read_counters(const event::FlowCounterSource&);
  void slot_gone(uint32_t slot);
  void end_if_silent(uint32_t slot);
  void roll_window(double seconds);
  void expire();

  const Surroundings around_;
  const FlowLimits limits_;
  TextPool texts_;
  NameTable names_;
  OwnerTable owners_;
  FlowStore store_;
  HostGroups hosts_{kHostGroupsMax};
  FlowListener* listener_ = nullptr;

  std::deque<Recent> recent_;
  std::vector<AddressKey> news_;  // addresses answered since the last tick
  std::unordered_map<uint64_t, EarlyName> early_;
  std::deque<uint64_t> early_order_;

  MonoTime now_, window_began_;
  uint64_t window_ = 0;
  uint64_t serial_ = 0;
  uint64_t certain_ = 0;
  uint64_t opened_in_window_ = 0;
  Carried carried_in_window_;
  double opened_per_s_ = 0, bytes_in_per_s_ = 0, bytes_out_per_s_ = 0;
};

}  // namespace picket::flow
