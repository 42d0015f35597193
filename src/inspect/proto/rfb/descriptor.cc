// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rfb/descriptor.h"

#include "inspect/proto/rfb/rfb_parser.h"

namespace picket::inspect::rfb {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  constexpr std::string_view kStart = "RFB 00";
  const std::string_view text = as_text(bytes);
  if (text.size() < kStart.size()) return kStart.starts_with(text) ? kMore : kNo;
  return text.starts_with(kStart) ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<RfbParser>(); }

}  // namespace picket::inspect::rfb
