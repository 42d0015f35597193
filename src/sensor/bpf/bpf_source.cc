// SPDX-License-Identifier: Apache-2.0
#include "sensor/bpf/bpf_source.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/counter.h"
#include "sensor/bpf/record_decode.h"

namespace picket::sensor::bpf {
namespace {

constexpr int kBusyPollMs = 20;
constexpr int kIdlePollMs = 100;
constexpr size_t kDuePeersMax = 65536;
// A peer's counters are asked for this long after the kernel last told of it: by then any packet
// that was not yet told (PK_PEER_PUSH_NS) either is in the counters or has been told anew.
constexpr uint64_t kPeerSettledNs = PK_PEER_PUSH_NS + PK_PEER_PUSH_NS / 5;

Counter records_read{"sensor.bpf.records_read", "records read from the kernel"};
Counter records_odd{"sensor.bpf.records_odd", "records that could not be understood"};
Counter peers_unread{"sensor.bpf.peers_unread",
                     "datagram peers whose last bytes were not asked for"};
Counter peers_evicted{"sensor.bpf.peers_evicted", "datagram peers the kernel's table had dropped"};

// In the order of pk_counter.
Counter lost_process{"sensor.bpf.lost_process", "process records lost: ring buffer full"};
Counter lost_open{"sensor.bpf.lost_open",
                  "opened or updated flows not told: ring buffer nearly full"};
Counter lost_close{"sensor.bpf.lost_close", "closed flows not told: ring buffer full"};
Counter lost_payload{"sensor.bpf.lost_payload", "bytes for names not taken: ring buffer half full"};
Counter no_storage{"sensor.bpf.no_storage", "sockets the kernel had no memory to remember"};
Counter no_slot{"sensor.bpf.no_slot", "flows without live counters: all slots taken"};
Counter no_peer{"sensor.bpf.no_peer", "datagram packets of peers that found no room in the table"};
Counter path_cut{"sensor.bpf.path_cut", "paths longer or deeper than picket reads"};
const std::array<Counter*, PK_COUNTERS> kKernelCounters{&lost_process, &lost_open,  &lost_close,
                                                        &lost_payload, &no_storage, &no_slot,
                                                        &no_peer,      &path_cut};

template <typename T>
Result<const T*> map_readable(int fd, size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t whole = (bytes + page - 1) / page * page;
  void* memory = mmap(nullptr, whole, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return system_failure("map the kernel's counters");
  return static_cast<const T*>(memory);
}

}  // namespace

Result<std::unique_ptr<BpfSource>> BpfSource::open(SensorFiles files, const Clock& clock) {
  std::unique_ptr<BpfSource> source(new BpfSource(std::move(files), clock));
  TRY(source->map_memory());
  return source;
}

Result<void> BpfSource::map_memory() {
  const auto on_sample = [](void* context, void* data, size_t size) {
    return static_cast<BpfSource*>(context)->on_record({static_cast<const uint8_t*>(data), size});
  };
  ring_ = ring_buffer__new(files_.ring.get(), on_sample, this, nullptr);
  if (!ring_) return system_failure("map the kernel's ring buffer");
  TRY_ASSIGN(slots_, map_readable<pk_slot>(files_.slots.get(), sizeof(pk_slot) * PK_SLOTS_MAX));
  TRY_ASSIGN(totals_, map_readable<pk_totals>(files_.totals.get(), sizeof(pk_totals)));
  return {};
}

BpfSource::~BpfSource() {
  if (ring_) ring_buffer__free(ring_);
  // munmap() takes what it does not write through.
  // NOLINTBEGIN(cppcoreguidelines-pro-type-const-cast)
  if (slots_) munmap(const_cast<pk_slot*>(slots_), sizeof(pk_slot) * PK_SLOTS_MAX);
  if (totals_) munmap(const_cast<pk_totals*>(totals_), static_cast<size_t>(sysconf(_SC_PAGESIZE)));
  // NOLINTEND(cppcoreguidelines-pro-type-const-cast)
}

int BpfSource::on_record(Bytes record) {
  records_read.add();
  if (auto observation = decode_record(record)) {
    if (const auto* flow = std::get_if<event::SocketSeen>(&*observation)) {
      note_peer(*flow);
      if (flow->what == event::SocketSeen::What::kSocketClosed) read_peers_of(flow->cookie);
    }
    (*deliver_)(std::move(*observation));
  } else {
    records_odd.add();
  }
  // libbpf stops reading when the callback refuses; this record counts as read all the same.
  return ++delivered_ >= delivered_max_ ? -ECANCELED : 0;
}

Result<size_t> BpfSource::drain(const Deliver& deliver, size_t records_max) {
  deliver_ = &deliver;
  delivered_ = 0;
  delivered_max_ = records_max;
  const int result = ring_buffer__consume(ring_);
  deliver_ = nullptr;
  if (result < 0 && result != -ECANCELED)
    return system_failure("read the kernel's ring buffer", -result);
  read_due_peers(deliver);
  publish_counters();
  poll_interval_ms_ = delivered_ > 0 ? kBusyPollMs : kIdlePollMs;
  return delivered_;
}

void BpfSource::publish_counters() {
  for (size_t i = 0; i < kKernelCounters.size(); ++i)
    kKernelCounters[i]->set(__atomic_load_n(&totals_->counters[i], __ATOMIC_RELAXED));
}

// Only peers beyond a socket's first are in the kernel's table; the first has a slot.
void BpfSource::note_peer(const event::SocketSeen& flow) {
  const bool in_table = flow.per_peer && flow.counter_slot == 0 && flow.remote.port != 0 &&
                        (flow.what == event::SocketSeen::What::kOpened ||
                         flow.what == event::SocketSeen::What::kUpdated);
  if (!in_table) return;
  if (due_peers_.size() >= kDuePeersMax) {
    peers_unread.add();
    forget_due(due_peers_.front().flow.cookie);
    due_peers_.pop_front();
  }
  ++due_by_cookie_[flow.cookie];
  due_peers_.push_back({MonoTime{flow.at.ns + kPeerSettledNs}, flow});
}

void BpfSource::forget_due(uint64_t cookie) {
  const auto waiting = due_by_cookie_.find(cookie);
  if (waiting != due_by_cookie_.end() && --waiting->second == 0) due_by_cookie_.erase(waiting);
}

void BpfSource::read_due_peers(const Deliver& deliver) {
  const MonoTime now = clock_.mono();
  while (!due_peers_.empty() && due_peers_.front().due <= now) {
    event::SocketSeen flow = std::move(due_peers_.front().flow);
    due_peers_.pop_front();
    if (flow.cookie == 0) continue;  // read before its time
    forget_due(flow.cookie);
    read_peer(flow, deliver);
  }
}

// The socket ends: its peers' last bytes come before the record that says so.
void BpfSource::read_peers_of(uint64_t cookie) {
  if (due_by_cookie_.erase(cookie) == 0) return;
  for (DuePeer& peer : due_peers_) {
    if (peer.flow.cookie != cookie) continue;
    read_peer(peer.flow, *deliver_);
    peer.flow.cookie = 0;
  }
}

void BpfSource::read_peer(event::SocketSeen& flow, const Deliver& deliver) {
  pk_peer_key key{};
  key.cookie = flow.cookie;
  std::memcpy(key.remote, flow.remote.address.bytes().data(), sizeof key.remote);
  key.remote_port = flow.remote.port;
  pk_peer peer{};
  if (bpf_map_lookup_elem(files_.peers.get(), &key, &peer) != 0) {
    peers_evicted.add();
    return;
  }
  flow.what = event::SocketSeen::What::kUpdated;
  flow.at = MonoTime{peer.last_packet_at};
  flow.counters.bytes_in = peer.bytes_in;
  flow.counters.bytes_out = peer.bytes_out;
  flow.counters.packets_in = peer.packets_in;
  flow.counters.packets_out = peer.packets_out;
  deliver(event::SocketSeen(flow));
}

bool BpfSource::read(uint32_t slot, uint64_t cookie, event::FlowCounters& counters,
                     event::FlowState& state, MonoTime& last_packet) const {
  if (slot == 0 || slot >= PK_SLOTS_MAX) return false;
  const pk_slot& live = slots_[slot];
  if (__atomic_load_n(&live.cookie, __ATOMIC_ACQUIRE) != cookie) return false;
  event::FlowCounters fresh;
  fresh.bytes_in = __atomic_load_n(&live.bytes_in, __ATOMIC_RELAXED);
  fresh.bytes_out = __atomic_load_n(&live.bytes_out, __ATOMIC_RELAXED);
  fresh.packets_in = __atomic_load_n(&live.packets_in, __ATOMIC_RELAXED);
  fresh.packets_out = __atomic_load_n(&live.packets_out, __ATOMIC_RELAXED);
  fresh.rtt_us = __atomic_load_n(&live.rtt_us, __ATOMIC_RELAXED);
  fresh.retransmits = __atomic_load_n(&live.retransmits, __ATOMIC_RELAXED);
  fresh.known = true;
  const uint64_t last = __atomic_load_n(&live.last_packet_at, __ATOMIC_RELAXED);
  const uint32_t raw_state = __atomic_load_n(&live.state, __ATOMIC_RELAXED);
  if (__atomic_load_n(&live.cookie, __ATOMIC_ACQUIRE) != cookie) return false;
  counters = fresh;
  last_packet = MonoTime{last};
  if (raw_state != 0) state = decode_tcp_state(raw_state);
  return true;
}

Result<size_t> BpfSource::read_existing(int iterator_fd, const Deliver& deliver) {
  std::vector<uint8_t> pending;
  std::vector<uint8_t> chunk(64 * 1024);
  size_t count = 0;
  for (;;) {
    const ssize_t got = ::read(iterator_fd, chunk.data(), chunk.size());
    if (got == 0) break;
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return system_failure("read what existed before the start");
    const bool whole =
        split_records(pending, Bytes(chunk).first(static_cast<size_t>(got)), [&](Bytes record) {
          if (auto observation = decode_record(record)) {
            ++count;
            deliver(std::move(*observation));
          } else {
            records_odd.add();
          }
        });
    if (!whole) return failure("the kernel's list of what exists could not be understood");
  }
  return count;
}

}  // namespace picket::sensor::bpf
