// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::krb5 {

// Kerberos 5 (RFC 4120), over UDP and TCP: told by the envelope of its first message.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {88};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kKrb5,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kTcpDescriptor = {.protocol = AppProtocol::kKrb5,
                                                      .over_tcp = true,
                                                      .over_udp = false,
                                                      .probe = probe_stream,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::krb5
