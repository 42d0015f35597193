// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "sensor/bpf/picket_abi.h"
#include "sensor/source.h"

struct ring_buffer;

namespace picket::sensor::bpf {

// Descriptors of the loaded programs' maps, as the warden hands them over.
struct SensorFiles {
  UniqueFd ring, slots, totals, peers;
};

// BpfSource reads what picket's BPF programs write, without any privilege: records from the ring
// buffer, live counters and losses from shared mappings, further datagram peers by map lookups.
// One thread. The ring is polled on a timer so that the programs never have to wake anybody.
class BpfSource final : public Source, private event::FlowCounterSource {
 public:
  static Result<std::unique_ptr<BpfSource>> open(SensorFiles files, const Clock& clock);
  ~BpfSource() override;

  int poll_descriptor() const override { return -1; }
  int poll_interval_ms() const override { return poll_interval_ms_; }
  Result<size_t> drain(const Deliver& deliver, size_t records_max) override;
  std::string mode() const override { return "bpf"; }
  std::string mode_note() const override { return {}; }
  const event::FlowCounterSource* counters() const override { return this; }

  // Reads an iterator (tasks or sockets) to its end and delivers what existed; how many records.
  static Result<size_t> read_existing(int iterator_fd, const Deliver& deliver);

 private:
  struct DuePeer {
    MonoTime due;
    event::SocketSeen flow;
  };

  BpfSource(SensorFiles files, const Clock& clock) : files_(std::move(files)), clock_(clock) {}
  Result<void> map_memory();
  int on_record(Bytes record);
  void note_peer(const event::SocketSeen& flow);
  void forget_due(uint64_t cookie);
  void read_due_peers(const Deliver& deliver);
  void read_peers_of(uint64_t cookie);
  void read_peer(event::SocketSeen& flow, const Deliver& deliver);
  void publish_counters();
  bool read(uint32_t slot, uint64_t cookie, event::FlowCounters& counters, event::FlowState& state,
            MonoTime& last_packet) const override;

  SensorFiles files_;
  const Clock& clock_;
  ring_buffer* ring_ = nullptr;
  const pk_slot* slots_ = nullptr;
  const pk_totals* totals_ = nullptr;
  std::deque<DuePeer> due_peers_;                         // by due time: all wait equally long
  std::unordered_map<uint64_t, uint32_t> due_by_cookie_;  // how many of them are of a socket
  int poll_interval_ms_ = 20;
  // Of the drain() in progress.
  const Deliver* deliver_ = nullptr;
  size_t delivered_ = 0, delivered_max_ = 0;
};

}  // namespace picket::sensor::bpf
