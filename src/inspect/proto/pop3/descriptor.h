// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::pop3 {

// POP3 (RFC 1939): told by the server's greeting, or by a client's first command on its port.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {110};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kPop3,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::pop3
