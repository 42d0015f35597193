// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "inspect/app/packet_flow.h"
#include "inspect/stream/flow_key.h"

namespace picket::inspect::stream {

// Seconds without a packet after which a flow is over.
struct FlowTimeouts {
  uint32_t tcp_new = 60, tcp_established = 600, tcp_closed = 60;
  uint32_t udp_new = 30, udp_established = 300;
  uint32_t icmp_new = 30, icmp_established = 300;
  uint32_t other_new = 30, other_established = 300;
};

// The live flows of one worker, by FlowKey. Time is that of the packets. A flow is found with one
// probe into a table of hashes and one look at the flow itself; ends are found by a wheel of
// seconds that flows are put on lazily, so that a packet does not move its flow in any list. At
// `flows_max` the flow next to end goes first, counted in flow.packets_evicted. Not thread-safe.
class PacketFlowTable {
 public:
  static constexpr size_t kFlowsMax = size_t{1} << 21;
  static constexpr size_t kWheelSeconds = 1024;
  static constexpr size_t kRestSeconds = 32;  // between two looks at a flow's memory

  // Called for a flow before it is forgotten; End says why.
  using OnEnd = std::function<void(PacketFlow&)>;

  PacketFlowTable(const FlowTimeouts& timeouts, OnEnd on_end, size_t flows_max = kFlowsMax);
  ~PacketFlowTable();

  // The flow of that key, or nullptr.
  PacketFlow* find(const FlowKey& key, uint64_t hash);
  // A new flow of that key, empty but for `id`. There must be none.
  PacketFlow& add(const FlowKey& key, uint64_t hash, WallTime now);
  // Ends one flow now.
  void end(PacketFlow& flow, PacketFlow::End why);
  // Ends the flows whose time has come.
  void expire(WallTime now);
  // Ends all, oldest first.
  void end_all();

  size_t size() const { return count_; }
  size_t bytes_reserved() const;

 private:
  struct Entry;
  struct Slot {
    uint32_t tag = 0;
    uint32_t entry = kFree;
  };
  static constexpr uint32_t kFree = 0xffffffff;
  static constexpr size_t kSlabEntries = 256;

  Entry& entry(uint32_t number) const;
  void grow();
  void place(uint64_t hash, uint32_t number);
  void remove(uint32_t number);
  void put_on_wheel(uint32_t number, uint64_t second);
  void turn_to(uint64_t second);
  uint32_t timeout_of(const PacketFlow& flow) const;
  void evict_one();

  const FlowTimeouts timeouts_;
  const OnEnd on_end_;
  const size_t flows_max_;
  std::vector<std::unique_ptr<Entry[]>> slabs_;
  std::vector<uint32_t> free_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> wheel_;  // by second: first entry of a list
  uint64_t second_ = 0;          // the wheel stands here
  size_t count_ = 0;
  uint64_t next_id_ = 1;
};

}  // namespace picket::inspect::stream
