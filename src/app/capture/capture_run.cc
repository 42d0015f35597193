// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture_run.h"

#include "base/counter.h"

namespace picket::app::capture {
namespace {

Counter link_unknown{"capture.link_unknown", "frames of a link type that no decoder knows"};
Counter bad_checksum{"capture.bad_checksum", "packets left out because a checksum was wrong"};
Counter too_deep{"capture.too_deep", "packets in more tunnels than are followed"};

packet::FragmentPolicy fragment_policy(inspect::stream::OverlapPolicy policy) {
  using inspect::stream::OverlapPolicy;
  switch (policy) {
    case OverlapPolicy::kFirst: return packet::FragmentPolicy::kFirst;
    case OverlapPolicy::kLast: return packet::FragmentPolicy::kLast;
    case OverlapPolicy::kBsdRight:
    case OverlapPolicy::kHpux10: return packet::FragmentPolicy::kBsdRight;
    case OverlapPolicy::kLinux:
    case OverlapPolicy::kOldLinux: return packet::FragmentPolicy::kLinux;
    case OverlapPolicy::kSolaris: return packet::FragmentPolicy::kSolaris;
    case OverlapPolicy::kWindows:
    case OverlapPolicy::kVista:
    case OverlapPolicy::kWindows2003: return packet::FragmentPolicy::kWindows;
    default: return packet::FragmentPolicy::kBsd;
  }
}

}  // namespace

CaptureRun::CaptureRun(const Parts& parts)
    : parts_(parts),
      decoder_(parts.settings.decode),
      defragmenter_([&settings = parts.settings](const IpAddress& receiver) {
        return fragment_policy(settings.stream.policy_of(receiver));
      }),
      worker_({.settings = parts.settings.settings,
               .app_settings = parts.settings.app,
               .options = parts.settings.stream,
               .sink = parts.sink,
               .inspector = parts.inspector,
               .ips = parts.settings.ips,
               .timeouts = {}}) {}

Result<CaptureOutcome> CaptureRun::read(sensor::replay::ByteSource& source) {
  TRY_ASSIGN(const auto reader, sensor::capture::CaptureReader::open(source));
  sensor::capture::Frame frame;
  std::optional<uint16_t> link_type;
  std::optional<packet::Layer> layer;
  while (reader->next(frame)) {
    ++outcome_.packets;
    outcome_.packet_bytes += frame.bytes.size();
    if (link_type != frame.link_type) {
      link_type = frame.link_type;
      layer = packet::layer_of_link_type(frame.link_type);
      if (parts_.on_link_type) parts_.on_link_type(frame.link_type);
    }
    if (layer) {
      take(frame, *layer);
    } else {
      ++outcome_.not_decoded;
      link_unknown.add();
    }
    if (outcome_.packets % kProgressEvery != 0) continue;
    if (parts_.on_progress) parts_.on_progress(reader->offset());
    if (parts_.stop && parts_.stop->load(std::memory_order_relaxed)) break;
  }
  worker_.finish();
  outcome_.offset = reader->offset();
  outcome_.problem = reader->problem();
  return outcome_;
}

void CaptureRun::judge_checksums(const packet::Packet& packet) {
  if (packet.transport_checksum != packet::Checksum::kBad) return;
  ++outcome_.bad_checksums;
  bad_checksum.add();
  // One in ten of the first thousand: whoever captured does not compute them.
  if (parts_.settings.checksums == ChecksumMode::kAuto && outcome_.packets >= kChecksumSample &&
      outcome_.bad_checksums * 10 > outcome_.packets)
    decoder_.set_checksums(false);
}

void CaptureRun::take(const sensor::capture::Frame& frame, packet::Layer layer) {
  packet::Packet packet;
  packet.number = outcome_.packets;
  packet.time = frame.time;
  packet.wire_length = frame.wire_length;
  const auto inner = decoder_.decode(layer, frame.bytes, packet);
  carry_on(packet, inner);
}

void CaptureRun::carry_on(packet::Packet& packet, const std::optional<packet::Inner>& inner) {
  judge_checksums(packet);
  if (inner) {
    if (packet.depth >= packet::Decoder::kDepthMax) {
      too_deep.add();
    } else {
      // What is carried comes first: it is what the rules of the carrier may be about, too.
      packet::Packet carried;
      carried.number = packet.number;
      carried.time = packet.time;
      carried.wire_length = static_cast<uint32_t>(inner->bytes.size());
      carried.depth = static_cast<uint8_t>(packet.depth + 1);
      carried.carrier = inner->carrier;
      carried.vlan = packet.vlan;
      carried.vlan_count = packet.vlan_count;
      const auto deeper = decoder_.decode(inner->layer, inner->bytes, carried);
      carry_on(carried, deeper);
    }
  }
  if (packet.is_fragment && !packet.is_rebuilt) put_together(packet);
  worker_.work(packet);
}

void CaptureRun::put_together(packet::Packet& fragment) {
  const auto whole = defragmenter_.add(fragment);
  if (!whole) return;
  packet::Packet rebuilt;
  rebuilt.number = fragment.number;
  rebuilt.time = fragment.time;
  rebuilt.wire_length = static_cast<uint32_t>(whole->bytes.size());
  rebuilt.depth = fragment.depth;
  rebuilt.carrier = whole->carrier;
  rebuilt.is_rebuilt = true;
  rebuilt.vlan = fragment.vlan;
  rebuilt.vlan_count = fragment.vlan_count;
  const auto inner = decoder_.decode(whole->layer, whole->bytes, rebuilt);
  rebuilt.frame = defragmenter_.frame();
  // A fragment inside a datagram put together stays one: real senders never make that.
  carry_on(rebuilt, inner);
}

}  // namespace picket::app::capture
