// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::sip {

// SIP (RFC 3261): told by its start line.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {5060, 5061};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kSip,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kTcpDescriptor = {.protocol = AppProtocol::kSip,
                                                      .over_tcp = true,
                                                      .over_udp = false,
                                                      .probe = probe,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::sip
