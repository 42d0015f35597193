// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::dns {

// DNS (RFC 1035). On its port leniently, since broken messages are what rules look for; elsewhere
// only when a whole, well-formed message of a known type says so.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {53};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kDns,
                                                   .over_tcp = false,
                                                   .over_udp = true,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kTcpDescriptor = {.protocol = AppProtocol::kDns,
                                                      .over_tcp = true,
                                                      .over_udp = false,
                                                      .probe = probe_stream,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::dns
