// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <vector>

#include "packet/frame_for_tests.h"
#include "sensor/replay/byte_source.h"

// For tests only.
namespace picket::app::capture {

using packet::for_tests::Frame;

// Frames as a capture file in memory (pcap, a second between two frames). Link type 101: IP.
class FrameSource final : public sensor::replay::ByteSource {
 public:
  explicit FrameSource(const std::vector<Frame>& frames, uint32_t link_type = 101) {
    for (const uint32_t number : {0xa1b2c3d4u, 0x00040002u, 0u, 0u, 65535u, link_type})
      little(number);
    uint32_t second = 1'700'000'000;
    for (const Frame& frame : frames) {
      little(second++);
      little(0);
      little(static_cast<uint32_t>(frame.size()));
      little(static_cast<uint32_t>(frame.size()));
      bytes_.insert(bytes_.end(), frame.begin(), frame.end());
    }
  }
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t size = std::min(into.size(), bytes_.size() - given_);
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(given_), size, into.begin());
    given_ += size;
    return size;
  }

 private:
  void little(uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes_.push_back(static_cast<uint8_t>(value >> 8 * i));
  }
  Frame bytes_;
  size_t given_ = 0;
};

}  // namespace picket::app::capture
