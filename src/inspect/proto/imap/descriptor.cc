// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/imap/descriptor.h"

#include "base/ascii.h"
#include "inspect/proto/imap/imap_parser.h"

namespace picket::inspect::imap {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  if (direction == Direction::kToClient) {
    constexpr std::string_view kStart = "* OK ";
    if (text.size() < kStart.size()) return kStart.starts_with(text) ? kMore : kNo;
    if (!text.starts_with(kStart)) return kNo;
    const std::string line = ascii_lowered(text.substr(0, text.find('\n')));
    return port_hint || line.find("imap") != std::string::npos ? kYes : kNo;
  }
  // "tag CAPABILITY": a short tag, then one of the commands a client may begin with.
  std::string_view rest = text.substr(0, text.find('\n'));
  const std::string_view tag = take_until(rest, ' ');
  if (tag.empty() || tag.size() > 16) return kNo;
  for (const std::string_view command :
       {"CAPABILITY", "LOGIN ", "STARTTLS", "AUTHENTICATE ", "ID ("})
    if (starts_ignoring_case(rest, command)) return kYes;
  return port_hint && text.find('\n') == std::string_view::npos && text.size() < 32 ? kMore : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<ImapParser>(); }

}  // namespace picket::inspect::imap
