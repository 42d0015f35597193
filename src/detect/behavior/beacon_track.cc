// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/beacon_track.h"

#include <algorithm>

namespace picket::detect::behavior {
namespace {

// Ports whose traffic is the network's own business: name service, address assignment, discovery.
bool housekeeping_port(uint16_t port) {
  for (const int known : {53, 67, 68, 137, 138, 546, 547, 1900, 3702, 5353, 5355})
    if (port == known) return true;
  return false;
}

bool callable(const IpAddress& address) {
  return !address.is_unspecified() && !address.is_loopback() && !address.is_link_local() &&
         !address.is_multicast() && !address.is_broadcast();
}

}  // namespace

void BeaconTrack::add_call(WallTime time) {
  const int64_t ms = time.ns / kNsPerMsSigned;
  if (spread_.total() == 0) first_ms_ = last_ms_ = ms;
  first_ms_ = std::min(first_ms_, ms);
  last_ms_ = std::max(last_ms_, ms);
  spread_.add(ms);
  if (times_ms_.size() < kSampleMax) {
    times_ms_.push_back(ms);
  } else {
    times_ms_[next_time_] = ms;
    next_time_ = (next_time_ + 1) % kSampleMax;
  }
}

void BeaconTrack::add_size(uint64_t bytes) {
  const auto size = static_cast<float>(bytes);
  if (sizes_.size() < kSampleMax) {
    sizes_.push_back(size);
  } else {
    sizes_[next_size_] = size;
    next_size_ = (next_size_ + 1) % kSampleMax;
  }
}

BeaconScore BeaconTrack::score(int64_t watched_ms) const {
  std::vector<int64_t> times = times_ms_;
  std::ranges::sort(times);
  const std::vector<double> sizes(sizes_.begin(), sizes_.end());
  return beacon_score({times, sizes, &spread_, first_ms_, last_ms_, watched_ms});
}

std::optional<BeaconCall> beacon_call(const event::Activity& activity) {
  BeaconCall call;
  const Endpoint* remote = nullptr;
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what)) {
    if (made->outbound == false || made->transport == event::Transport::kIcmp) return std::nullopt;
    remote = &made->remote;
    call.id = made->id;
    call.by_name = !made->remote_name.empty();
    call.peer = made->remote_name;
    call.bytes_out = made->bytes_out;
  } else if (const auto* http = std::get_if<event::HttpExchange>(&activity.what)) {
    remote = &http->remote;
    call.id = http->connection_id;
    call.by_name = !http->host.empty() && (http->through_proxy || !IpAddress::parse(http->host));
    call.peer = http->host;
    call.through_proxy = http->through_proxy;
    call.bytes_out = http->through_proxy ? std::nullopt : http->request_bytes;
    if (http->request_bytes == 0u) call.bytes_out.reset();  // of the body; the header is unknown
  } else if (const auto* tls = std::get_if<event::TlsSession>(&activity.what)) {
    remote = &tls->remote;
    call.id = tls->connection_id;
    call.by_name = !tls->server_name.empty();
    call.peer = tls->server_name;
  }
  if (remote == nullptr || !callable(remote->address) || housekeeping_port(remote->port))
    return std::nullopt;
  if (!call.by_name) {
    // What HTTP and TLS tell without a name, the connection tells as well.
    if (!std::holds_alternative<event::ConnectionMade>(activity.what)) return std::nullopt;
    call.peer = remote->text();
  }
  return call;
}

}  // namespace picket::detect::behavior
