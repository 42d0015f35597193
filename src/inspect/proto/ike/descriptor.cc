// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/descriptor.h"

#include "inspect/proto/ike/ike_parser.h"

namespace picket::inspect::ike {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  const Bytes message = without_marker(bytes);
  const auto header = read_header(message);
  if (!header || header->length != message.size()) return kNo;
  return port_hint ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<IkeParser>(); }

}  // namespace picket::inspect::ike
