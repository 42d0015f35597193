// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mqtt/descriptor.h"

#include "inspect/proto/mqtt/mqtt_parser.h"

namespace picket::inspect::mqtt {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  bool bad = false;
  const auto header = read_fixed_header(bytes, bad);
  if (bad) return kNo;
  const bool connect = !bytes.empty() && bytes[0] == kConnect << 4;
  if (!header) return connect || port_hint ? kMore : kNo;
  if (connect) {
    const std::string_view rest = as_text(bytes.subspan(header->bytes));
    for (const std::string_view name :
         {std::string_view("\0\4MQTT", 6), std::string_view("\0\6MQIsdp", 8)}) {
      if (rest.starts_with(name)) return kYes;
      if (name.starts_with(rest)) return kMore;
    }
    return kNo;
  }
  return port_hint && (bytes[0] >> 4) >= kConnAck && header->length <= kMessageMax ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<MqttParser>(); }

}  // namespace picket::inspect::mqtt
