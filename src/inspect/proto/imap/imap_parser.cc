// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/imap/imap_parser.h"

#include "inspect/app/ascii.h"
#include "inspect/app/line.h"
#include "inspect/proto/imap/weird.h"

namespace picket::inspect::imap {

ParseResult ImapParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  Bytes rest = bytes;
  while (!flow.change_to) {
    const auto line = take_line(rest, kLineMax, last);
    if (!line) break;
    bool& cut = cut_[index(direction)];
    const bool was_cut = cut;
    cut = !line->whole;
    if (cut && !was_cut) counter_of(Weird::kLineTooLong).add();
    if (was_cut || cut) continue;
    std::string_view text = as_text(line->text);
    const std::string_view tag = take_until(text, ' ');
    if (direction == Direction::kToServer && same_ignoring_case(trimmed(text), "starttls"))
      start_tls_tag_ = tag;
    const bool accepted =
        direction == Direction::kToClient && !start_tls_tag_.empty() && tag == start_tls_tag_;
    if (accepted && starts_ignoring_case(text, "ok")) flow.change_to = AppProtocol::kTls;
  }
  return {bytes.size() - rest.size()};
}

ParseStatus ImapParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  cut_[index(direction)] = true;
  return ParseStatus::kOk;
}

}  // namespace picket::inspect::imap
