// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::dhcp {

// DHCP (RFC 2131): told by its magic number, on its ports.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {67, 68};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kDhcp,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::dhcp
