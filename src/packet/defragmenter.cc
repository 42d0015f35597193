// SPDX-License-Identifier: Apache-2.0
#include "packet/defragmenter.h"

#include <algorithm>
#include <cstring>

#include "base/counter.h"
#include "packet/checksum.h"
#include "packet/load.h"

namespace picket::packet {
namespace {

Counter dropped{"packet.fragments_dropped",
                "datagrams given up in pieces because too many were waiting"};

void store16(uint8_t* at, size_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

// Where the header before the fragment header says what comes next: IPv6, `header` up to there.
size_t next_header_offset(Bytes header) {
  constexpr size_t kFixed = 40;
  size_t field = 6;
  for (size_t at = kFixed; at + 2 <= header.size();) {
    field = at;
    at += (header[at + 1] + size_t{1}) * 8;
  }
  return field;
}

}  // namespace

bool fragment_wins(FragmentPolicy policy, uint32_t old_begin, uint32_t old_end, uint32_t new_begin,
                   uint32_t new_end) {
  switch (policy) {
    case FragmentPolicy::kFirst: return false;
    case FragmentPolicy::kLast: return true;
    case FragmentPolicy::kBsd: return new_begin < old_begin;
    case FragmentPolicy::kBsdRight: return new_begin >= old_begin;
    case FragmentPolicy::kLinux: return new_begin <= old_begin;
    case FragmentPolicy::kWindows: return new_begin < old_begin && new_end > old_end;
    case FragmentPolicy::kSolaris: return new_begin <= old_begin && new_end > old_end;
  }
  return false;
}

size_t Defragmenter::KeyHash::operator()(const Key& key) const {
  uint64_t words[4];
  std::memcpy(words, key.source.data(), 16);
  std::memcpy(words + 2, key.destination.data(), 16);
  uint64_t mixed = key.id * 0x9e3779b97f4a7c15ull + key.protocol;
  for (const uint64_t word : words) mixed = (mixed ^ word ^ mixed >> 29) * 0xbf58476d1ce4e5b9ull;
  return mixed ^ mixed >> 32;
}

Defragmenter::Key Defragmenter::key_of(const Packet& packet) {
  // IPv6 identifies datagrams by addresses and id alone (RFC 8200 4.5).
  const uint8_t protocol = packet.ip_version == 4 ? packet.protocol : uint8_t{0};
  return {packet.source.bytes(), packet.destination.bytes(), packet.ip_id,
          packet.vlan,           packet.ip_version,          protocol,
          packet.depth};
}

void Defragmenter::drop_oldest() {
  const auto [key, number] = order_.front();
  order_.pop_front();
  const auto found = datagrams_.find(key);
  if (found == datagrams_.end() || found->second.order != number) return;
  bytes_ -= found->second.data.size();
  datagrams_.erase(found);
}

void Defragmenter::make_room(WallTime now, size_t more) {
  while (!order_.empty()) {
    const auto found = datagrams_.find(order_.front().first);
    const bool gone = found == datagrams_.end() || found->second.order != order_.front().second;
    const bool old = !gone && now.ns - found->second.started.ns > kTimeoutNs;
    const bool full = datagrams_.size() >= kDatagramsMax || bytes_ + more > kBytesMax;
    if (!gone && !old && !full) return;
    if (!gone && !old) dropped.add();
    drop_oldest();
  }
}

std::optional<Inner> Defragmenter::add(Packet& fragment) {
  const bool v4 = fragment.ip_version == 4;
  const size_t begin = fragment.fragment_offset, size = fragment.ip_payload.size();
  if (begin + size > kDatagramBytesMax) {
    fragment.add_event(v4 ? PacketEvent::k_ipv4_frag_pkt_too_large
                          : PacketEvent::k_ipv6_frag_pkt_too_large);
    return std::nullopt;
  }
  if (size == 0 || (fragment.more_fragments && size < 8)) {
    fragment.add_event(v4 ? PacketEvent::k_ipv4_frag_ignored : PacketEvent::k_ipv6_frag_ignored);
    return std::nullopt;
  }
  make_room(fragment.time, begin + size);
  const Key key = key_of(fragment);
  const auto [at, fresh] = datagrams_.try_emplace(key);
  Datagram& datagram = at->second;
  if (fresh) {
    datagram.started = fragment.time;
    datagram.order = next_order_++;
    order_.emplace_back(key, datagram.order);
  }
  const size_t before = datagram.data.size();
  if (!place(datagram, fragment, policy_of_(fragment.destination))) return std::nullopt;
  bytes_ += datagram.data.size() - before;
  if (!complete(datagram)) return std::nullopt;
  const Inner whole = build(datagram, fragment.ip_version, fragment.protocol);
  bytes_ -= datagram.data.size();
  datagrams_.erase(at);
  return whole;
}

bool Defragmenter::place(Datagram& datagram, Packet& packet, FragmentPolicy policy) {
  if (++datagram.fragments > kFragmentsMax) {
    packet.add_event(packet.ip_version == 4 ? PacketEvent::k_ipv4_frag_ignored
                                            : PacketEvent::k_ipv6_frag_ignored);
    return false;
  }
  const uint32_t begin = packet.fragment_offset;
  const uint32_t end = begin + static_cast<uint32_t>(packet.ip_payload.size());
  if (begin == 0 && datagram.header.empty()) {
    const size_t skip = packet.ip_version == 4 ? 0 : 8;  // the fragment header itself
    const uint8_t* const ip = packet.ip_header.data();
    const bool framed = packet.frame.data() <= ip && ip < packet.frame.data() + packet.frame.size();
    datagram.link = framed ? static_cast<size_t>(ip - packet.frame.data()) : 0;
    datagram.header.assign(ip - datagram.link, packet.ip_payload.data() - skip);
  }
  if (!packet.more_fragments && !datagram.has_length) {
    datagram.has_length = true;
    datagram.length = end;
  }
  if (datagram.data.size() < end) datagram.data.resize(end);
  std::vector<Piece> made;
  uint32_t open = begin;  // from here on nobody has given bytes yet
  bool overlap = false;
  const auto write = [&](uint32_t from, uint32_t to) {
    std::copy_n(packet.ip_payload.data() + (from - begin), to - from, datagram.data.data() + from);
    made.push_back({from, to, begin, end});
  };
  for (Piece& old : datagram.pieces) {
    const uint32_t from = std::max(begin, old.begin), to = std::min(end, old.end);
    if (from >= to) continue;
    overlap = true;
    if (open < from) write(open, from);
    open = to;
    if (!fragment_wins(policy, old.fragment_begin, old.fragment_end, begin, end)) continue;
    write(from, to);
    if (to < old.end) made.push_back({to, old.end, old.fragment_begin, old.fragment_end});
    old.end = from;  // nothing may be left of it
  }
  if (open < end) write(open, end);
  std::erase_if(datagram.pieces, [](const Piece& piece) { return piece.begin >= piece.end; });
  datagram.pieces.insert(datagram.pieces.end(), made.begin(), made.end());
  std::sort(datagram.pieces.begin(), datagram.pieces.end(),
            [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  if (overlap)
    packet.add_event(packet.ip_version == 4 ? PacketEvent::k_ipv4_frag_overlap
                                            : PacketEvent::k_ipv6_frag_overlap);
  return true;
}

bool Defragmenter::complete(const Datagram& datagram) const {
  if (!datagram.has_length || datagram.header.empty()) return false;
  uint32_t reached = 0;
  for (const Piece& piece : datagram.pieces) {
    if (piece.begin > reached) return false;
    reached = std::max(reached, piece.end);
  }
  return reached >= datagram.length;
}

Inner Defragmenter::build(Datagram& datagram, uint8_t version, uint8_t protocol) {
  whole_ = datagram.header;
  whole_.insert(whole_.end(), datagram.data.begin(),
                datagram.data.begin() + static_cast<ptrdiff_t>(datagram.length));
  const size_t link = datagram.link;
  uint8_t* at = whole_.data() + link;
  if (version == 4) {
    const size_t total = std::min<size_t>(whole_.size() - link, kDatagramBytesMax);
    store16(at + 2, total);
    at[6] &= 0x40;  // the fragment's flags and offset go
    at[7] = 0;
    store16(at + 10, 0);
    const uint16_t sum = checksum_fold(checksum_add(0, {at, datagram.header.size() - link}));
    store16(at + 10, static_cast<uint16_t>(~sum));
    return {Layer::kIpv4, Carrier::kFragments, {at, total}};
  }
  store16(at + 4, std::min<size_t>(whole_.size() - link - 40, kDatagramBytesMax));
  at[next_header_offset(Bytes(datagram.header).subspan(link))] = protocol;
  return {Layer::kIpv6, Carrier::kFragments, Bytes(whole_).subspan(link)};
}

}  // namespace picket::packet
