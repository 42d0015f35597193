// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "inspect/app/packet_flow.h"
#include "packet/packet.h"

// Parts that EVE records share, with Suricata's field names. Pure functions.
namespace picket::app::capture {

// 2026-01-02T03:04:05.678901+0000
std::string eve_time(WallTime time);
// As EVE spells it: IPv6 with all its zeros.
std::string eve_address(const IpAddress& address);
// TCP, UDP, ICMP, IPv6-ICMP...; others by their number in three digits.
std::string eve_protocol(uint8_t ip_protocol);
std::string_view eve_carrier(packet::Carrier carrier);

struct EveHeader {
  WallTime time;
  std::string_view event_type;
  const inspect::PacketFlow* flow = nullptr;
  const packet::Packet* packet = nullptr;  // the packet at hand; nullptr or number 0: none
  Endpoint source, destination;
  uint8_t ip_version = 0;  // 0: not IP
  uint8_t protocol = 0;
  bool ports = false;
  bool carrier = false;  // pkt_src is told
};

// Opens the record's object and writes what every record begins with.
void begin_record(JsonWriter& out, const EveHeader& header);
// app_proto and its variants, where they are known.
void append_app_proto(JsonWriter& out, const inspect::PacketFlow& flow);
// Members of the "flow" object of alerts.
void append_flow_counts(JsonWriter& out, const inspect::PacketFlow& flow);

}  // namespace picket::app::capture
