// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::llmnr {

// Link-local multicast name resolution (RFC 4795), over UDP and TCP, on its port only: the format
// is that of DNS.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {5355};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kLlmnr,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kTcpDescriptor = {.protocol = AppProtocol::kLlmnr,
                                                      .over_tcp = true,
                                                      .over_udp = false,
                                                      .probe = probe_stream,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::llmnr
