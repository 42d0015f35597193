// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::rdp {

// RDP (MS-RDPBCGR): told by the X.224 connection request that opens it.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {3389};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kRdp,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::rdp
