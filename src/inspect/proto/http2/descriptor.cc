// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/descriptor.h"

#include <algorithm>
#include <string_view>

#include "inspect/proto/http2/parser.h"

namespace picket::inspect::http2 {

using Verdict = ProtocolDescriptor::Verdict;

// The client's preface; a server's SETTINGS as its first frame, of a plausible length.
Verdict probe(Direction direction, Bytes bytes, bool) {
  if (direction == Direction::kToServer) {
    constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kPreface.size())));
    if (!kPreface.starts_with(text)) return Verdict::kNo;
    return text.size() == kPreface.size() ? Verdict::kYes : Verdict::kMore;
  }
  constexpr size_t kFrameHeader = 9;
  if (!bytes.empty() && bytes[0] != 0) return Verdict::kNo;
  if (bytes.size() < kFrameHeader)
    return bytes.size() > 1 && bytes[1] != 0 ? Verdict::kNo : Verdict::kMore;
  const size_t size = static_cast<size_t>(bytes[1]) << 8 | bytes[2];
  const bool settings = bytes[3] == 4 && bytes[4] <= 1 && size % 6 == 0 && size <= 6 * 32 &&
                        bytes[5] == 0 && bytes[6] == 0 && bytes[7] == 0 && bytes[8] == 0;
  return settings ? Verdict::kYes : Verdict::kNo;
}

std::unique_ptr<AppParser> make_parser(const FlowContext& flow) {
  return std::make_unique<Http2Parser>(flow);
}

}  // namespace picket::inspect::http2
