// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dhcp/descriptor.h"

#include "inspect/proto/dhcp/dhcp_parser.h"

namespace picket::inspect::dhcp {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  constexpr size_t kMagicAt = 236;
  if (!port_hint || bytes.size() < kMagicAt + 4 || bytes[0] < 1 || bytes[0] > 2) return kNo;
  ByteReader reader(bytes.subspan(kMagicAt));
  if (reader.u32() != 0x63825363) return kNo;
  return (bytes[0] == 1) == (direction == Direction::kToServer) ? kYes : kReversed;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<DhcpParser>(); }

}  // namespace picket::inspect::dhcp
