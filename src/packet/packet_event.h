// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket::packet {

// Something odd about one packet, or about what it did to its stream. The list: packet_events.def.
enum class PacketEvent : uint16_t {
#define PICKET_DECODE_EVENT(id, name) k_##id,
#define PICKET_STREAM_EVENT(id, name)
#include "packet/packet_events.def"
#undef PICKET_DECODE_EVENT
#undef PICKET_STREAM_EVENT
  kFirstStreamEvent,
  kBeforeFirstStreamEvent = kFirstStreamEvent - 1,
#define PICKET_DECODE_EVENT(id, name)
#define PICKET_STREAM_EVENT(id, name) k_##id,
#include "packet/packet_events.def"
#undef PICKET_DECODE_EVENT
#undef PICKET_STREAM_EVENT
  kCount
};

inline bool is_stream_event(PacketEvent event) { return event >= PacketEvent::kFirstStreamEvent; }

// As rules spell it, without the stage: "ipv4.opt_invalid", "fin_syn".
std::string_view text(PacketEvent event);
std::optional<PacketEvent> find_decode_event(std::string_view name);
std::optional<PacketEvent> find_stream_event(std::string_view name);

}  // namespace picket::packet
