// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/descriptor.h"

#include "inspect/proto/dnp3/dnp3_parser.h"

namespace picket::inspect::dnp3 {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  constexpr uint8_t kStart[] = {0x05, 0x64};
  for (size_t i = 0; i < std::min(bytes.size(), std::size(kStart)); ++i)
    if (bytes[i] != kStart[i]) return kNo;
  if (bytes.size() < kLinkHeaderBytes) return kMore;
  const auto link = read_link(bytes);
  if (!link) return kNo;
  return link->from_master() == (direction == Direction::kToServer) ? kYes : kReversed;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<Dnp3Parser>(); }

}  // namespace picket::inspect::dnp3
