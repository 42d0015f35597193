// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"

namespace picket::inspect::ftp {

// FTP (RFC 959): told by what a client says first, or by a greeting that names it or stands on its
// port. Data connections are announced by their control connection, never told by their bytes.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint);
ProtocolDescriptor::Verdict probe_data(Direction direction, Bytes bytes, bool port_hint);
std::unique_ptr<AppParser> make(const FlowContext& flow);
std::unique_ptr<AppParser> make_data(const FlowContext& flow);

inline constexpr uint16_t kPorts[] = {21, 2121};
inline constexpr ProtocolDescriptor kDescriptor = {.protocol = AppProtocol::kFtp,
                                                   .over_tcp = true,
                                                   .over_udp = false,
                                                   .probe = probe,
                                                   .ports = kPorts,
                                                   .make = make};
inline constexpr ProtocolDescriptor kDataDescriptor = {.protocol = AppProtocol::kFtpData,
                                                       .over_tcp = true,
                                                       .over_udp = false,
                                                       .probe = probe_data,
                                                       .ports = {},
                                                       .make = make_data};

}  // namespace picket::inspect::ftp
