// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::ldap {

// LDAP (RFC 4511): told by the envelope of its first message.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {389, 3268};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kLdap,
                                                   .over_tcp = true,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::ldap
