// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::snmp {

// SNMP (RFC 1157, 3416, 3412): told by its envelope; datagrams only.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {161, 162};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kSnmp,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::snmp
