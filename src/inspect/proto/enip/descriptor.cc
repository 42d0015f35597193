// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/descriptor.h"

#include "inspect/proto/enip/enip_parser.h"

namespace picket::inspect::enip {

// Its numbers are small and common, so only on its port.
ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  if (bytes.size() < kHeaderBytes) return kMore;
  return read_header(bytes).has_value() ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<EnipParser>(); }

}  // namespace picket::inspect::enip
