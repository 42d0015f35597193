// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/packet_flow_table.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/counter.h"

namespace picket::inspect::stream {
namespace {

Counter evicted{"flow.packets_evicted", "flows of packets forgotten because the table was full"};

constexpr size_t kSlotsMin = 4096;

uint64_t second_of(WallTime time) {
  return time.ns > 0 ? static_cast<uint64_t>(time.ns) / kNsPerSecond : 0;
}

// Scatters the counting of flows over 2^53, so that ids of different runs rarely meet.
uint64_t id_of(uint64_t number, uint64_t hash) {
  const uint64_t mixed = (hash ^ number * 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull;
  return (mixed >> 11 & ~uint64_t{0x1fffff}) | (number & 0x1fffff);
}

}  // namespace

struct PacketFlowTable::Entry {
  FlowKey key;
  uint64_t hash = 0;
  uint32_t next_on_wheel = kFree;
  uint32_t number = 0;
  bool used = false;  // in the table; an entry may outlive that on the wheel
  uint64_t made = 0;  // order of making
  alignas(PacketFlow) std::byte place[sizeof(PacketFlow)];

  PacketFlow& flow() { return *std::launder(reinterpret_cast<PacketFlow*>(place)); }
  static Entry& of(PacketFlow& flow) {
    return *reinterpret_cast<Entry*>(reinterpret_cast<std::byte*>(&flow) - offsetof(Entry, place));
  }
};

PacketFlowTable::PacketFlowTable(const FlowTimeouts& timeouts, OnEnd on_end, size_t flows_max)
    : timeouts_(timeouts),
      on_end_(std::move(on_end)),
      flows_max_(flows_max),
      slots_(kSlotsMin),
      wheel_(kWheelSeconds, kFree) {}

PacketFlowTable::~PacketFlowTable() {
  for (const Slot& slot : slots_)
    if (slot.entry != kFree) entry(slot.entry).flow().~PacketFlow();
}

PacketFlowTable::Entry& PacketFlowTable::entry(uint32_t number) const {
  return slabs_[number / kSlabEntries][number % kSlabEntries];
}

size_t PacketFlowTable::bytes_reserved() const {
  return slabs_.size() * kSlabEntries * sizeof(Entry) + slots_.size() * sizeof(Slot);
}

PacketFlow* PacketFlowTable::find(const FlowKey& key, uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  const uint32_t tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.entry == kFree) return nullptr;
    if (slot.tag != tag) continue;
    Entry& found = entry(slot.entry);
    if (found.key == key) return &found.flow();
  }
}

void PacketFlowTable::place(uint64_t hash, uint32_t number) {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].entry != kFree) at = (at + 1) & mask;
  slots_[at] = {static_cast<uint32_t>(hash >> 32), number};
}

void PacketFlowTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.entry != kFree) place(entry(slot.entry).hash, slot.entry);
}

PacketFlow& PacketFlowTable::add(const FlowKey& key, uint64_t hash, WallTime now) {
  if (count_ >= flows_max_) evict_one();
  if ((count_ + 1) * 2 > slots_.size()) grow();
  if (free_.empty()) {
    const uint32_t first = static_cast<uint32_t>(slabs_.size() * kSlabEntries);
    slabs_.push_back(std::make_unique<Entry[]>(kSlabEntries));
    for (uint32_t i = kSlabEntries; i-- > 0;) {
      slabs_.back()[i].number = first + i;
      free_.push_back(first + i);
    }
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  Entry& made = entry(number);
  made.key = key;
  made.hash = hash;
  made.used = true;
  made.made = next_id_;
  new (made.place) PacketFlow();
  made.flow().id = id_of(next_id_++, hash);
  made.flow().first_time = made.flow().last_time = now;
  place(hash, number);
  ++count_;
  put_on_wheel(number, second_of(now) + timeouts_.udp_new);
  return made.flow();
}

void PacketFlowTable::remove(uint32_t number) {
  const size_t mask = slots_.size() - 1;
  size_t hole = entry(number).hash & mask;
  while (slots_[hole].entry != number) hole = (hole + 1) & mask;
  // Those behind it move up, unless that would put them before where they belong.
  for (size_t at = (hole + 1) & mask; slots_[at].entry != kFree; at = (at + 1) & mask) {
    const size_t home = entry(slots_[at].entry).hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  --count_;
}

void PacketFlowTable::end(PacketFlow& flow, PacketFlow::End why) {
  Entry& ended = Entry::of(flow);
  if (flow.end == PacketFlow::End::kNone) flow.end = why;
  on_end_(flow);
  remove(ended.number);
  flow.~PacketFlow();
  ended.used = false;  // its place is free once the wheel has come by
}

void PacketFlowTable::put_on_wheel(uint32_t number, uint64_t second) {
  const uint64_t latest = second_ + kWheelSeconds - 1;
  second = std::clamp(second, second_ + 1, latest);
  uint32_t& first = wheel_[second % kWheelSeconds];
  entry(number).next_on_wheel = first;
  first = number;
}

uint32_t PacketFlowTable::timeout_of(const PacketFlow& flow) const {
  using State = PacketFlow::State;
  const bool fresh = flow.state == State::kNew;
  switch (flow.protocol) {
    case packet::ip_protocol::kTcp:
      return flow.state == State::kClosed ? timeouts_.tcp_closed
             : fresh                      ? timeouts_.tcp_new
                                          : timeouts_.tcp_established;
    case packet::ip_protocol::kUdp: return fresh ? timeouts_.udp_new : timeouts_.udp_established;
    case packet::ip_protocol::kIcmp:
    case packet::ip_protocol::kIcmpv6:
      return fresh ? timeouts_.icmp_new : timeouts_.icmp_established;
    default: return fresh ? timeouts_.other_new : timeouts_.other_established;
  }
}

void PacketFlowTable::turn_to(uint64_t second) {
  second_ = second;
  uint32_t number = std::exchange(wheel_[second % kWheelSeconds], kFree);
  while (number != kFree) {
    Entry& due = entry(number);
    const uint32_t next = due.next_on_wheel;
    if (!due.used) {
      free_.push_back(number);
    } else {
      const uint64_t ends = second_of(due.flow().last_time) + timeout_of(due.flow());
      if (ends <= second) {
        end(due.flow(), PacketFlow::End::kTimeout);
        free_.push_back(number);
      } else {
        if (due.flow().transport) due.flow().transport->rest();
        put_on_wheel(number, std::min(ends, second + kRestSeconds));
      }
    }
    number = next;
  }
}

void PacketFlowTable::expire(WallTime now) {
  const uint64_t second = second_of(now);
  if (second <= second_) return;
  if (second_ == 0) {
    second_ = second;
    return;
  }
  // After a long silence one turn of the wheel finds all.
  if (second - second_ > kWheelSeconds) second_ = second - kWheelSeconds;
  while (second_ < second) turn_to(second_ + 1);
}

void PacketFlowTable::evict_one() {
  for (size_t i = 1; i <= kWheelSeconds; ++i) {
    uint32_t number = wheel_[(second_ + i) % kWheelSeconds];
    for (; number != kFree; number = entry(number).next_on_wheel) {
      if (!entry(number).used) continue;
      evicted.add();
      return end(entry(number).flow(), PacketFlow::End::kForced);
    }
  }
}

void PacketFlowTable::end_all() {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(count_);
  for (const Slot& slot : slots_)
    if (slot.entry != kFree) order.emplace_back(entry(slot.entry).made, slot.entry);
  std::sort(order.begin(), order.end());
  for (const auto& [made, number] : order) end(entry(number).flow(), PacketFlow::End::kShutdown);
}

}  // namespace picket::inspect::stream
