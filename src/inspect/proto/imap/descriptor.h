// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::imap {

// IMAP (RFC 9051): told by the server's greeting, or by a client's first command on its port.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {143};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kImap,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};

}  // namespace picket::inspect::imap
