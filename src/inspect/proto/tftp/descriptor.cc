// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tftp/descriptor.h"

#include "inspect/proto/tftp/tftp_parser.h"

namespace picket::inspect::tftp {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint || !read_request(bytes)) return kNo;
  return direction == Direction::kToServer ? kYes : kReversed;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<TftpParser>(); }

}  // namespace picket::inspect::tftp
