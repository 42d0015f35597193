// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/imap/imap_parser.h"

#include "base/ascii.h"
#include "inspect/proto/imap/weird.h"

namespace picket::inspect::imap {

ParseResult ImapParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  return {lines_[index(direction)].read(
      bytes, kLineMax, last, flow, counter_of(Weird::kLineTooLong), [&](const Line& line) {
        if (!line.whole) return;
        std::string_view text = as_text(line.text);
        const std::string_view tag = take_until(text, ' ');
        if (direction == Direction::kToServer && same_ignoring_case(trimmed(text), "starttls"))
          start_tls_tag_ = tag;
        const bool accepted =
            direction == Direction::kToClient && !start_tls_tag_.empty() && tag == start_tls_tag_;
        if (accepted && starts_ignoring_case(text, "ok")) flow.change_to = AppProtocol::kTls;
      })};
}

ParseStatus ImapParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  lines_[index(direction)].gap();
  return ParseStatus::kOk;
}

}  // namespace picket::inspect::imap
