// SPDX-License-Identifier: Apache-2.0
#include "sensor/capture/pcapng_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace picket::sensor::capture {
namespace {

constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kOldPacket = 2, kSimplePacket = 3,
                   kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr size_t kBlockHeader = 8, kBlockTrailer = 4;
constexpr uint32_t kBlockBytesMax = CaptureReader::kFrameBytesMax + (1 << 20);
constexpr uint16_t kOptionEnd = 0, kOptionResolution = 9, kOptionTimeOffset = 14;

}  // namespace

uint16_t PcapngReader::u16(Bytes bytes, size_t offset) const {
  uint16_t value;
  std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
  return swapped_ ? std::byteswap(value) : value;
}

uint32_t PcapngReader::u32(Bytes bytes, size_t offset) const {
  uint32_t value;
  std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
  return swapped_ ? std::byteswap(value) : value;
}

bool PcapngReader::section_header() {
  const Bytes head = window_.peek(kBlockHeader + 4);
  if (head.size() < kBlockHeader + 4) return truncated("a section's header");
  uint32_t magic;
  std::memcpy(&magic, head.data() + kBlockHeader, sizeof magic);
  if (magic != kByteOrderMagic && magic != std::byteswap(kByteOrderMagic))
    return stop("a section without byte order");
  swapped_ = magic != kByteOrderMagic;
  interfaces_.clear();
  return true;
}

bool PcapngReader::next(Frame& frame) {
  while (!problem_) {
    Bytes bytes = window_.peek(kBlockHeader);
    if (bytes.empty() && !window_.error()) return false;
    if (bytes.size() < kBlockHeader) return truncated("a block's header");
    // The section header's type reads the same in both byte orders.
    if (u32(bytes, 0) == kSectionHeader) {
      if (!section_header()) return false;
      bytes = window_.peek(kBlockHeader);
    }
    const uint32_t type = u32(bytes, 0), length = u32(bytes, 4);
    if (length < kBlockHeader + kBlockTrailer || length % 4 != 0)
      return stop("a block claims " + std::to_string(length) + " bytes");
    const bool wanted = type == kInterface || type == kOldPacket || type == kSimplePacket ||
                        type == kEnhancedPacket;
    if (!wanted) {
      if (!window_.skip(length)) return truncated("a block");
      continue;
    }
    if (length > kBlockBytesMax) return stop("a block claims " + std::to_string(length) + " bytes");
    bytes = window_.peek(length);
    if (bytes.size() < length) return truncated("a block");
    const Bytes body = bytes.subspan(kBlockHeader, length - kBlockHeader - kBlockTrailer);
    window_.consume(length);
    if (type == kInterface) {
      if (!add_interface(body)) return false;
      continue;
    }
    return type == kEnhancedPacket ? enhanced_packet(body, frame)
           : type == kSimplePacket ? simple_packet(body, frame)
                                   : old_packet(body, frame);
  }
  return false;
}

bool PcapngReader::add_interface(Bytes body) {
  if (body.size() < 8) return stop("an interface without its fixed part");
  if (interfaces_.size() >= kInterfacesMax) return stop("too many interfaces in a section");
  Interface interface;
  interface.link_type = u16(body, 0);
  interface.snap_length = u32(body, 4);
  for (size_t at = 8; at + 4 <= body.size();) {
    const uint16_t code = u16(body, at), size = u16(body, at + 2);
    at += 4;
    if (code == kOptionEnd || size > body.size() - at) break;
    interface_option(interface, code, body.subspan(at, size));
    at += (size + size_t{3}) & ~size_t{3};
  }
  interfaces_.push_back(interface);
  return true;
}

void PcapngReader::interface_option(Interface& interface, uint16_t code, Bytes value) const {
  if (code == kOptionResolution && value.size() == 1) {
    interface.binary_resolution = (value[0] & 0x80) != 0;
    interface.resolution = value[0] & 0x7f;
  } else if (code == kOptionTimeOffset && value.size() == 8) {
    uint64_t seconds;
    std::memcpy(&seconds, value.data(), sizeof seconds);
    interface.offset_s = static_cast<int64_t>(swapped_ ? std::byteswap(seconds) : seconds);
  }
}

WallTime PcapngReader::time_of(const Interface& interface, uint64_t units) const {
  __extension__ typedef unsigned __int128 Wide;
  constexpr unsigned kDecimalsMax = 19, kBitsMax = 63;  // finer than that tells nothing
  Wide per_second = 1;
  if (interface.binary_resolution) {
    per_second <<= std::min<unsigned>(interface.resolution, kBitsMax);
  } else {
    for (unsigned i = 0; i < std::min<unsigned>(interface.resolution, kDecimalsMax); ++i)
      per_second *= 10;
  }
  const Wide ns = Wide{units} * kNsPerSecond / per_second;
  const uint64_t offset_ns = static_cast<uint64_t>(interface.offset_s) * kNsPerSecond;
  return WallTime{static_cast<int64_t>(static_cast<uint64_t>(ns) + offset_ns)};
}

bool PcapngReader::fill(Frame& frame, size_t interface, uint64_t units, Bytes data,
                        uint32_t captured, uint32_t original) {
  if (interface >= interfaces_.size()) return stop("a packet of an interface not told of");
  if (captured > data.size()) return stop("a packet longer than its block");
  frame.bytes = data.first(captured);
  frame.wire_length = std::max(original, captured);
  frame.link_type = interfaces_[interface].link_type;
  frame.time = time_of(interfaces_[interface], units);
  return true;
}

bool PcapngReader::enhanced_packet(Bytes body, Frame& frame) {
  if (body.size() < 20) return stop("a packet block without its fixed part");
  const uint64_t units = uint64_t{u32(body, 4)} << 32 | u32(body, 8);
  return fill(frame, u32(body, 0), units, body.subspan(20), u32(body, 12), u32(body, 16));
}

bool PcapngReader::old_packet(Bytes body, Frame& frame) {
  if (body.size() < 20) return stop("a packet block without its fixed part");
  const uint64_t units = uint64_t{u32(body, 4)} << 32 | u32(body, 8);
  return fill(frame, u16(body, 0), units, body.subspan(20), u32(body, 12), u32(body, 16));
}

bool PcapngReader::simple_packet(Bytes body, Frame& frame) {
  if (body.size() < 4 || interfaces_.empty()) return stop("a simple packet without interface");
  const uint32_t original = u32(body, 0), snap = interfaces_[0].snap_length;
  uint32_t captured = snap != 0 ? std::min(original, snap) : original;
  captured = std::min<uint32_t>(captured, static_cast<uint32_t>(body.size() - 4));
  return fill(frame, 0, 0, body.subspan(4), captured, original);
}

}  // namespace picket::sensor::capture
