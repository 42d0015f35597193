// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::enip {

// EtherNet/IP (ODVA, CIP volume 2): told by its encapsulation header.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {44818};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kEnip,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kUdpDescriptor = {.protocol = AppProtocol::kEnip,
                                                      .over_tcp = false,
                                                      .over_udp = true,
                                                      .probe = probe,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::enip
