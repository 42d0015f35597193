// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/descriptor.h"

#include "inspect/proto/ike/ike_parser.h"

namespace picket::inspect::ike {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  const Bytes message = without_marker(bytes);
  const auto header = read_header(message);
  return header && header->length == message.size() ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<IkeParser>(); }

}  // namespace picket::inspect::ike
