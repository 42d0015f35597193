// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/capture/capture_settings.h"
#include "inspect/app/inspection.h"
#include "inspect/app/record_sink.h"
#include "inspect/stream/packet_worker.h"
#include "packet/defragmenter.h"
#include "sensor/capture/capture_reader.h"

namespace picket::app::capture {

// What reading one capture came to.
struct CaptureOutcome {
  uint64_t packets = 0;  // frames read
  uint64_t packet_bytes = 0;
  uint64_t not_decoded = 0;  // frames of link types that no decoder here knows
  uint64_t bad_checksums = 0;
  uint64_t offset = 0;                 // bytes of the input worked off
  std::optional<std::string> problem;  // why it ended before its end
};

// One capture from its first byte to its last record: read, decode, defragment, follow, inspect.
// One thread; several runs may go on side by side, each with an Inspector of its own.
class CaptureRun {
 public:
  struct Parts {
    const CaptureSettings& settings;
    inspect::RecordSink& sink;
    inspect::Inspector* inspector = nullptr;
    std::function<void(uint16_t link_type)> on_link_type;  // before the first packet of a new one
    std::function<void(uint64_t offset)> on_progress;      // now and then
    const std::atomic<bool>* stop = nullptr;
  };
  explicit CaptureRun(const Parts& parts);

  // An error: it is no capture at all.
  Result<CaptureOutcome> read(sensor::replay::ByteSource& source);

 private:
  static constexpr uint64_t kProgressEvery = 4096;  // packets
  static constexpr uint64_t kChecksumSample = 1000;

  void take(const sensor::capture::Frame& frame, packet::Layer layer);
  void carry_on(packet::Packet& packet, const std::optional<packet::Inner>& inner);
  void put_together(packet::Packet& fragment);
  void judge_checksums(const packet::Packet& packet);

  const Parts parts_;
  packet::Decoder decoder_;
  packet::Defragmenter defragmenter_;
  inspect::stream::PacketWorker worker_;
  CaptureOutcome outcome_;
};

}  // namespace picket::app::capture
