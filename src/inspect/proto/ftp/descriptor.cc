// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/descriptor.h"

#include "base/ascii.h"
#include "inspect/proto/ftp/ftp_parser.h"

namespace picket::inspect::ftp {
namespace {

constexpr std::string_view kFirstCommands[] = {"USER ",  "AUTH TLS", "AUTH SSL", "PASS ", "PORT ",
                                               "FEAT\r", "SYST\r",   "CWD ",     "QUIT\r"};

}  // namespace

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view text = as_text(bytes);
  if (direction == Direction::kToServer) {
    for (const std::string_view command : kFirstCommands) {
      // "USER " alone may also open POP3 or IRC; elsewhere than on its port the rest has to decide.
      if (!port_hint && command != "PORT " && !command.starts_with("AUTH ")) continue;
      if (starts_ignoring_case(text, command)) return kYes;
      if (starts_ignoring_case(command, text)) return kMore;
    }
    return kNo;
  }
  if (text.size() < 4) return std::string_view("220 ").starts_with(text) ? kMore : kNo;
  if (!text.starts_with("220 ") && !text.starts_with("220-")) return kNo;
  if (port_hint) return kYes;
  return ascii_lowered(text.substr(0, text.find('\n'))).find("ftp") != std::string::npos ? kYes
                                                                                         : kNo;
}

ProtocolDescriptor::Verdict probe_data(Direction, Bytes, bool) {
  return ProtocolDescriptor::Verdict::kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<FtpParser>(); }
std::unique_ptr<AppParser> make_data(const FlowContext& flow) {
  return std::make_unique<FtpDataParser>(flow);
}

}  // namespace picket::inspect::ftp
