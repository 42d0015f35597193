// SPDX-License-Identifier: Apache-2.0
#include "packet/packet_event.h"

#include <iterator>

namespace picket::packet {
namespace {

constexpr std::string_view kDecodeNames[] = {
#define PICKET_DECODE_EVENT(id, name) name,
#define PICKET_STREAM_EVENT(id, name)
#include "packet/packet_events.def"
#undef PICKET_DECODE_EVENT
#undef PICKET_STREAM_EVENT
};
constexpr std::string_view kStreamNames[] = {
#define PICKET_DECODE_EVENT(id, name)
#define PICKET_STREAM_EVENT(id, name) name,
#include "packet/packet_events.def"
#undef PICKET_DECODE_EVENT
#undef PICKET_STREAM_EVENT
};
constexpr size_t kFirstStream = static_cast<size_t>(PacketEvent::kFirstStreamEvent);
static_assert(std::size(kDecodeNames) == kFirstStream);
static_assert(kFirstStream + std::size(kStreamNames) == static_cast<size_t>(PacketEvent::kCount));

}  // namespace

std::string_view text(PacketEvent event) {
  const size_t at = static_cast<size_t>(event);
  return at < kFirstStream ? kDecodeNames[at] : kStreamNames[at - kFirstStream];
}

std::optional<PacketEvent> find_decode_event(std::string_view name) {
  for (size_t i = 0; i < std::size(kDecodeNames); ++i)
    if (kDecodeNames[i] == name) return static_cast<PacketEvent>(i);
  return std::nullopt;
}

std::optional<PacketEvent> find_stream_event(std::string_view name) {
  for (size_t i = 0; i < std::size(kStreamNames); ++i)
    if (kStreamNames[i] == name) return static_cast<PacketEvent>(kFirstStream + i);
  return std::nullopt;
}

}  // namespace picket::packet
