// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "inspect/app/app_parser.h"

namespace picket::inspect::http2 {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make_parser(const FlowContext& flow);

inline constexpr ProtocolDescriptor kDescriptor{.protocol = AppProtocol::kHttp2,
                                                .over_tcp = true,
                                                .probe = probe,
                                                .ports = {},
                                                .make = make_parser};

}  // namespace picket::inspect::http2
