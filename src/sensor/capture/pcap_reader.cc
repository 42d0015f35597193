// SPDX-License-Identifier: Apache-2.0
#include "sensor/capture/pcap_reader.h"

#include <bit>
#include <cstring>

namespace picket::sensor::capture {
namespace {

constexpr size_t kFileHeader = 24;
constexpr uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d, kKuznetzov = 0xa1b2cd34;
constexpr uint32_t kPcapng = 0x0a0d0d0a;

uint32_t host_number(Bytes bytes, size_t offset) {
  uint32_t value;
  std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
  return value;
}

}  // namespace

bool PcapReader::starts_as_pcapng() {
  const Bytes head = window_.peek(4);
  return head.size() == 4 && host_number(head, 0) == kPcapng;
}

uint32_t PcapReader::number(Bytes bytes, size_t offset) const {
  const uint32_t value = host_number(bytes, offset);
  return swapped_ ? std::byteswap(value) : value;
}

Result<void> PcapReader::read_header() {
  const Bytes head = window_.peek(kFileHeader);
  if (head.size() < kFileHeader) return failure("not a capture: shorter than the header of one");
  uint32_t magic = host_number(head, 0);
  for (swapped_ = false;; swapped_ = true, magic = std::byteswap(magic)) {
    if (magic == kMicroseconds || magic == kNanoseconds || magic == kKuznetzov) break;
    if (swapped_) return failure("not a capture: neither pcap nor pcapng");
  }
  fraction_ns_ = magic == kNanoseconds ? 1 : 1000;
  record_header_ = magic == kKuznetzov ? 24 : 16;
  link_type_ = static_cast<uint16_t>(number(head, 20));  // above: FCS length and flags
  window_.consume(kFileHeader);
  return {};
}

bool PcapReader::next(Frame& frame) {
  if (problem_) return false;
  Bytes bytes = window_.peek(record_header_);
  if (bytes.size() < record_header_) {
    if (bytes.empty() && !window_.error()) return false;
    return truncated("a record's header");
  }
  const uint32_t captured = number(bytes, 8);
  if (captured > kFrameBytesMax)
    return stop("a record claims " + std::to_string(captured) + " bytes");
  const uint64_t ns = uint64_t{number(bytes, 4)} * fraction_ns_;
  frame.time.ns = static_cast<int64_t>(number(bytes, 0) * kNsPerSecond + ns);
  frame.wire_length = number(bytes, 12);
  frame.link_type = link_type_;
  bytes = window_.peek(record_header_ + captured);
  if (bytes.size() < record_header_ + captured) return truncated("a packet");
  frame.bytes = bytes.subspan(record_header_);
  if (frame.wire_length < captured) frame.wire_length = captured;
  window_.consume(record_header_ + captured);
  return true;
}

}  // namespace picket::sensor::capture
