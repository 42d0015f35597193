// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/descriptor.h"

#include "base/ascii.h"
#include "inspect/proto/smtp/smtp_parser.h"

namespace picket::inspect::smtp {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  if (direction == Direction::kToServer) {
    constexpr size_t kVerbBytes = 5;
    for (const std::string_view verb : {"EHLO ", "HELO ", "EHLO\r", "HELO\r", "EHLO\n", "HELO\n"})
      if (starts_ignoring_case(text, verb)) return kYes;
    if (port_hint &&
        (starts_ignoring_case(text, "QUIT") || starts_ignoring_case(text, "MAIL FROM")))
      return kYes;
    const std::string_view start = text.substr(0, kVerbBytes);
    const bool may_be =
        starts_ignoring_case("EHLO ", start) || starts_ignoring_case("HELO ", start);
    return text.size() < kVerbBytes && may_be ? kMore : kNo;
  }
  if (text.size() < 4) return std::string_view("220 ").starts_with(text) ? kMore : kNo;
  if (!text.starts_with("220 ") && !text.starts_with("220-")) return kNo;
  if (port_hint) return kYes;
  const std::string line = ascii_lowered(text.substr(0, text.find('\n')));
  return line.find("smtp") != std::string::npos ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext& flow) {
  return std::make_unique<SmtpParser>(*flow.settings);
}

}  // namespace picket::inspect::smtp
