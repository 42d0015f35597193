// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/descriptor.h"

#include "inspect/proto/quic/parser.h"

namespace picket::inspect::quic {

using Verdict = ProtocolDescriptor::Verdict;

// A long header of a version known here. The fixed bit is looked at only where nothing else speaks
// for QUIC: newer endpoints may clear it (RFC 9287).
Verdict probe(Direction, Bytes bytes, bool port_hint) {
  const auto header = read_long_header(bytes);
  if (!header || header->type == PacketType::kNegotiation) return Verdict::kNo;
  return port_hint || (bytes[0] & 0x40) != 0 ? Verdict::kYes : Verdict::kNo;
}

std::unique_ptr<AppParser> make_parser(const FlowContext&) {
  return std::make_unique<QuicParser>();
}

}  // namespace picket::inspect::quic
