// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/app/line.h"

namespace picket::inspect::imap {

constexpr size_t kLineMax = 1024;  // a longer line is passed over

// IMAP (RFC 9051), as far as its hand-over to TLS: "a STARTTLS", "a OK". It makes no transactions.
class ImapParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;

 private:
  LineSide lines_[2];
  std::string start_tls_tag_;
};

}  // namespace picket::inspect::imap
