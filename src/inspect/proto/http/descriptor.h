// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "inspect/app/app_parser.h"

namespace picket::inspect::http {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make_parser(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {80, 8080, 3128, 8000, 8008, 8888};
inline constexpr ProtocolDescriptor kDescriptor{.protocol = AppProtocol::kHttp,
                                                .over_tcp = true,
                                                .probe = probe,
                                                .ports = kPorts,
                                                .make = make_parser};

}  // namespace picket::inspect::http
