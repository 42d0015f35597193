// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/snmp/descriptor.h"

#include "inspect/app/ber.h"
#include "inspect/proto/snmp/snmp_parser.h"

namespace picket::inspect::snmp {

// SEQUENCE, INTEGER version, then the community and a context tag, or another SEQUENCE (version 3).
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  BerReader outer(bytes);
  const auto whole = outer.next(0x30);
  if (!whole || (!outer.empty() && !port_hint)) return kNo;
  BerReader reader(whole->content);
  const auto version = reader.next(2);
  if (!version || version->content.size() != 1) return kNo;
  if (version->content[0] == 3) return reader.peek() == 0x30 ? kYes : kNo;
  if (version->content[0] > 1 || !reader.next(4)) return kNo;
  const uint8_t tag = reader.peek();
  if (tag < 0xa0 || tag > 0xa8) return kNo;
  return direction == Direction::kToServer && tag == 0xa2 ? kReversed : kYes;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<SnmpParser>(); }

}  // namespace picket::inspect::snmp
