// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/sip/descriptor.h"

#include "inspect/proto/sip/sip_parser.h"

namespace picket::inspect::sip {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  const size_t end = text.find('\n');
  if (is_start_line(text.substr(0, end))) return kYes;
  // The shortest that may become one: a method or version, letters only.
  constexpr size_t kMethodMax = 10, kLineMax = 1024;
  const size_t word = text.find(' ');
  const bool may_be = end == std::string_view::npos && text.size() < kLineMax &&
                      (word == std::string_view::npos
                           ? text.size() < kMethodMax
                           : is_start_line(std::string(text.substr(0, word)) + " x SIP/"));
  return may_be ? kMore : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<SipParser>(); }

}  // namespace picket::inspect::sip
