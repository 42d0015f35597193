// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/host_state.h"

#include <limits>

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter host_bits_full{"suricata.host_bits_full", "host bits not set because the table was full"};
Counter tagged_hosts_full{"suricata.tagged_hosts_full",
                          "hosts not tagged because there were too many"};

}  // namespace

bool HostState::is_set(const Place& place, WallTime now) const {
  auto found = bits_.find(place);
  return found != bits_.end() && now.ns < found->second;
}

void HostState::set(const Place& place, WallTime now, std::optional<uint32_t> seconds) {
  if (bits_.size() >= kBitsMax && !bits_.contains(place)) {
    std::erase_if(bits_, [&](const auto& bit) { return bit.second <= now.ns; });
    if (bits_.size() >= kBitsMax) {
      host_bits_full.add();
      return;
    }
  }
  bits_[place] = seconds
                     ? now.ns + static_cast<int64_t>(*seconds) * static_cast<int64_t>(kNsPerSecond)
                     : std::numeric_limits<int64_t>::max();
}

void HostState::add_tag(const IpAddress& host, const Tag& tag) {
  if (tagged_.size() >= kTaggedMax && !tagged_.contains(host)) {
    tagged_hosts_full.add();
    return;
  }
  tagged_[host].add(tag);
}

bool HostState::take_tagged(const packet::Packet& packet) {
  if (tagged_.empty() || packet.ip_version == 0) return false;
  bool wanted = false;
  for (const IpAddress& host : {packet.source, packet.destination}) {
    const auto found = tagged_.find(host);
    if (found == tagged_.end()) continue;
    wanted |= found->second.take(packet);
    if (found->second.empty()) tagged_.erase(found);
  }
  return wanted;
}

}  // namespace picket::detect::suricata
