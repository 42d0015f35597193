// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::dcerpc {

// DCE/RPC over TCP: told by the header of its first fragment. Its ports are mostly made up on the
// spot.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {135};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kDcerpc,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::dcerpc
