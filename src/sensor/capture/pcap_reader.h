// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sensor/capture/capture_reader.h"

namespace picket::sensor::capture {

// The classic format (draft-ietf-opsawg-pcap). Magic numbers: a1b2c3d4 microseconds, a1b23c4d
// nanoseconds, a1b2cd34 Kuznetzov's (8 more bytes a record).
class PcapReader : public CaptureReader {
 public:
  explicit PcapReader(replay::ByteSource& source) : CaptureReader(source) {}
  bool starts_as_pcapng();
  ReadWindow take_window() && { return std::move(window_); }
  Result<void> read_header();
  bool next(Frame& frame) override;

 private:
  uint32_t number(Bytes bytes, size_t offset) const;

  bool swapped_ = false;
  uint32_t fraction_ns_ = 1000;  // of one unit of the time's fraction
  size_t record_header_ = 16;
  uint16_t link_type_ = 0;
};

}  // namespace picket::sensor::capture
