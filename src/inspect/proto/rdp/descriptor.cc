// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rdp/descriptor.h"

#include "inspect/proto/rdp/rdp_parser.h"

namespace picket::inspect::rdp {

// TPKT, then an X.224 connection request or confirm that fills it; a request with RDP's own
// content, or on its port (other protocols ride on X.224 as well).
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.empty() || bytes[0] != 3 || (bytes.size() > 1 && bytes[1] != 0)) return kNo;
  if (bytes.size() < 7) return kMore;
  const size_t length = static_cast<size_t>(bytes[2]) << 8 | bytes[3];
  if (length < 11 || bytes[4] != length - 5) return kNo;
  const uint8_t type = bytes[5] & 0xf0;
  if (type == 0xd0) return direction == Direction::kToClient && port_hint ? kYes : kNo;
  if (type != 0xe0 || direction != Direction::kToServer) return kNo;
  const std::string_view body = as_text(bytes.subspan(std::min<size_t>(bytes.size(), 11)));
  if (port_hint || body.starts_with("Cookie: mstshash=")) return kYes;
  return body.size() == 8 && body[0] == 1 && body[2] == 8 ? kYes : kNo;  // a negotiation request
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<RdpParser>(); }

}  // namespace picket::inspect::rdp
