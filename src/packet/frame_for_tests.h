// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "packet/checksum.h"
#include "packet/decode.h"

// Well-formed packets for tests, from the inside out: each function wraps what it is given.
namespace picket::packet::for_tests {

using Frame = std::vector<uint8_t>;

inline void put16(Frame& out, uint32_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}
inline void put32(Frame& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
inline Frame bytes(std::initializer_list<int> values) {
  Frame out;
  for (const int value : values) out.push_back(static_cast<uint8_t>(value));
  return out;
}
inline Frame text(std::string_view words) { return {words.begin(), words.end()}; }
inline Frame join(Frame first, const Frame& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline Frame udp(uint16_t from, uint16_t to, const Frame& payload) {
  Frame out;
  put16(out, from);
  put16(out, to);
  put16(out, static_cast<uint32_t>(payload.size() + 8));
  put16(out, 0);
  return join(out, payload);
}

inline Frame tcp(uint16_t from, uint16_t to, uint32_t seq, uint32_t ack, uint8_t flags,
                 const Frame& payload, const Frame& options = {}) {
  Frame out;
  put16(out, from);
  put16(out, to);
  put32(out, seq);
  put32(out, ack);
  out.push_back(static_cast<uint8_t>((5 + options.size() / 4) << 4));
  out.push_back(flags);
  put16(out, 65535);
  put32(out, 0);
  return join(join(out, options), payload);
}

// `fragment`: the flags and offset field as it stands in the header.
inline Frame ipv4(uint32_t from, uint32_t to, uint8_t protocol, const Frame& payload,
                  uint16_t fragment = 0, const Frame& options = {}, uint16_t id = 7) {
  Frame out = bytes({static_cast<int>(0x45 + options.size() / 4), 0});
  put16(out, static_cast<uint32_t>(20 + options.size() + payload.size()));
  put16(out, id);
  put16(out, fragment);
  out.push_back(64);
  out.push_back(protocol);
  put16(out, 0);
  put32(out, from);
  put32(out, to);
  out = join(out, options);
  const uint16_t sum = static_cast<uint16_t>(~checksum_fold(checksum_add(0, out)));
  out[10] = static_cast<uint8_t>(sum >> 8);
  out[11] = static_cast<uint8_t>(sum);
  return join(out, payload);
}

inline Frame ipv6(uint8_t from, uint8_t to, uint8_t next, const Frame& payload) {
  Frame out = bytes({0x60, 0, 0, 0});
  put16(out, static_cast<uint32_t>(payload.size()));
  out.push_back(next);
  out.push_back(64);
  for (const uint8_t last : {from, to}) {
    out.insert(out.end(), {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    out.push_back(last);
  }
  return join(out, payload);
}

inline Frame ethernet(uint16_t type, const Frame& payload) {
  Frame out = bytes({2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
  put16(out, type);
  return join(out, payload);
}

}  // namespace picket::packet::for_tests
