// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/descriptor.h"

#include "inspect/proto/tls/parser.h"

namespace picket::inspect::tls {

using Verdict = ProtocolDescriptor::Verdict;

// A handshake record whose message is the hello of this side; or the client hello of SSL 2.0.
Verdict probe(Direction direction, Bytes bytes, bool) {
  if (bytes.empty()) return Verdict::kMore;
  const bool ask = direction == Direction::kToServer;
  if (ask && (bytes[0] & 0x80) != 0) {
    if (bytes.size() < 5) return Verdict::kMore;
    const bool version = (bytes[3] == 3 && bytes[4] <= 4) || (bytes[3] == 0 && bytes[4] == 2);
    return bytes[2] == 1 && version ? Verdict::kYes : Verdict::kNo;
  }
  if (bytes[0] != 22 && !(bytes[0] == 21 && !ask)) return Verdict::kNo;
  if (bytes.size() < 3) return Verdict::kMore;
  if (bytes[1] != 3 || bytes[2] > 4) return Verdict::kNo;
  if (bytes[0] == 21) return Verdict::kYes;
  if (bytes.size() < 6) return Verdict::kMore;
  if (ask) return bytes[5] == 1 ? Verdict::kYes : bytes[5] == 2 ? Verdict::kReversed : Verdict::kNo;
  return bytes[5] == 2 ? Verdict::kYes : bytes[5] == 1 ? Verdict::kReversed : Verdict::kNo;
}

std::unique_ptr<AppParser> make_parser(const FlowContext& flow) {
  return std::make_unique<TlsParser>(flow);
}

}  // namespace picket::inspect::tls
