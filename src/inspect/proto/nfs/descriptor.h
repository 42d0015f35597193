// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::nfs {

// NFS versions 2 to 4 over RPC (RFC 5531): told by a call of its program.
ProtocolDescriptor::Verdict probe_tcp(Direction direction, Bytes bytes, bool port_hint);
ProtocolDescriptor::Verdict probe_udp(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {2049};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kNfs,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe_tcp,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kUdpDescriptor = {.protocol = AppProtocol::kNfs,
                                                      .over_tcp = false,
                                                      .over_udp = true,
                                                      .probe = probe_udp,
                                                      .ports = kPorts,
                                                      .make = make};

}  // namespace picket::inspect::nfs
