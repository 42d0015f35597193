// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "detect/behavior/beacon_score.h"
#include "detect/behavior/bounded_map.h"
#include "event/activity.h"

// What the beacon behaviour remembers: the times and sizes of the calls of one program of one host
// to one peer, and which connection ids it has counted. Bounded per peer and in the number of
// peers.
namespace picket::detect::behavior {

// One caller and one peer: a name (SNI, Host, a proxy's CONNECT), or an address and port.
class BeaconTrack {
 public:
  // Times and sizes of the newest calls; more push out the oldest. 6 KB at most per peer.
  static constexpr size_t kSampleMax = 512;

  void add_call(WallTime time);
  void add_size(uint64_t bytes);
  uint64_t calls() const { return spread_.total(); }
  WallTime first() const { return {first_ms_ * kNsPerMsSigned}; }
  WallTime last() const { return {last_ms_ * kNsPerMsSigned}; }
  BeaconScore score(int64_t watched_ms) const;

  // Filled in by the behaviour when the track is new.
  std::string host, peer;
  std::unique_ptr<event::Activity> sample;  // one of the newest calls; none before kSampleAfter
  static constexpr uint64_t kSampleAfter = 4;
  bool by_name = false, through_proxy = false;
  uint64_t judged_at = 0;  // calls when last judged
  bool confirmed = false;  // it scored high when last judged, too
  uint64_t long_s = 0;     // of the longest single connection

 private:
  static constexpr int64_t kNsPerMsSigned = static_cast<int64_t>(kNsPerMs);
  std::vector<int64_t> times_ms_;  // ring once full
  std::vector<float> sizes_;
  size_t next_time_ = 0, next_size_ = 0;
  SpreadHistogram spread_;
  int64_t first_ms_ = 0, last_ms_ = 0;
};

// The peer a call went to and what of it counts, from an activity. `id` ties the records of one
// connection together (a log of its end, of its HTTP request, of its TLS greeting).
struct BeaconCall {
  std::string peer;
  std::string_view id;
  bool by_name = false, through_proxy = false;
  std::optional<uint64_t> bytes_out;
};
// nullopt: not a call that may be a beacon (inbound, local, a lookup, nothing to call it by).
std::optional<BeaconCall> beacon_call(const event::Activity& activity);

}  // namespace picket::detect::behavior
