// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pop3/descriptor.h"

#include "base/ascii.h"
#include "inspect/proto/pop3/pop3_parser.h"

namespace picket::inspect::pop3 {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  if (direction == Direction::kToClient) {
    if (text.size() < 4) return std::string_view("+OK ").starts_with(text) ? kMore : kNo;
    return text.starts_with("+OK ") || text.starts_with("+OK\r") ? kYes : kNo;
  }
  if (!port_hint) return kNo;
  for (const std::string_view verb : {"USER ", "CAPA", "AUTH", "APOP ", "STLS", "QUIT", "PASS "})
    if (starts_ignoring_case(text, verb)) return kYes;
  return text.size() < 4 ? kMore : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<Pop3Parser>(); }

}  // namespace picket::inspect::pop3
