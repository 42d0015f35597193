// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "inspect/app/app_parser.h"

namespace picket::inspect::quic {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make_parser(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {443, 8443};
inline constexpr ProtocolDescriptor kDescriptor{.protocol = AppProtocol::kQuic,
                                                .over_udp = true,
                                                .probe = probe,
                                                .ports = kPorts,
                                                .make = make_parser};

}  // namespace picket::inspect::quic
