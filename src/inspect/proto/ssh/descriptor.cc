// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ssh/descriptor.h"

#include "inspect/proto/ssh/ssh_parser.h"

namespace picket::inspect::ssh {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  constexpr std::string_view kStart = "SSH-";
  if (text.size() < kStart.size()) return kStart.starts_with(text) ? kMore : kNo;
  return text.starts_with(kStart) ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<SshParser>(); }

}  // namespace picket::inspect::ssh
