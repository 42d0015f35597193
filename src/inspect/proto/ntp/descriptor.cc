// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ntp/descriptor.h"

#include "inspect/proto/ntp/ntp_parser.h"

namespace picket::inspect::ntp {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  const auto header = read_header(bytes);
  if (!header) return kNo;
  return direction == Direction::kToServer && header->mode == kModeServer ? kReversed : kYes;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<NtpParser>(); }

}  // namespace picket::inspect::ntp
