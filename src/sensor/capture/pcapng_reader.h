// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sensor/capture/capture_reader.h"

namespace picket::sensor::capture {

// The block format (draft-ietf-opsawg-pcapng). Blocks of unknown kind are walked past. A new
// section starts over with its own byte order and interfaces.
class PcapngReader : public CaptureReader {
 public:
  // Interfaces of one section; packets of further ones are damaged.
  static constexpr size_t kInterfacesMax = 65536;

  PcapngReader(replay::ByteSource& source, ReadWindow&& window) : CaptureReader(source) {
    window_ = std::move(window);
  }
  bool next(Frame& frame) override;

 private:
  struct Interface {
    uint16_t link_type = 0;
    uint32_t snap_length = 0;
    bool binary_resolution = false;
    uint8_t resolution = 6;  // fraction of a second: 10^-n, or 2^-n
    int64_t offset_s = 0;
  };
  uint16_t u16(Bytes bytes, size_t offset) const;
  uint32_t u32(Bytes bytes, size_t offset) const;
  bool section_header();
  bool add_interface(Bytes body);
  void interface_option(Interface& interface, uint16_t code, Bytes value) const;
  bool enhanced_packet(Bytes body, Frame& frame);
  bool simple_packet(Bytes body, Frame& frame);
  bool old_packet(Bytes body, Frame& frame);
  bool fill(Frame& frame, size_t interface, uint64_t units, Bytes data, uint32_t captured,
            uint32_t original);
  WallTime time_of(const Interface& interface, uint64_t units) const;

  bool swapped_ = false;
  std::vector<Interface> interfaces_;
};

}  // namespace picket::sensor::capture
