// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::smtp {

// SMTP (RFC 5321): told by the client's greeting, or a server's greeting that says so or stands on
// one of its ports.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {25, 465, 587, 2525};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kSmtp,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::smtp
