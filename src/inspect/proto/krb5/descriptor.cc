// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/krb5/descriptor.h"

#include "inspect/proto/krb5/krb5_parser.h"

namespace picket::inspect::krb5 {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.empty()) return kNo;
  const uint8_t type = bytes[0] & 0x1f;
  if ((bytes[0] & 0xe0) != 0x60 || !((type >= kAsRequest && type <= kApReply) || type == kError))
    return kNo;
  // SEQUENCE, then pvno 5 in its context tag.
  BerReader outer(bytes);
  const auto whole = outer.next();
  const auto body = whole ? BerReader(whole->content).next(0x30) : std::nullopt;
  if (!body) return kNo;
  BerReader fields(body->content);
  const auto version = fields.next();
  if (!version || (version->tag != 0xa0 && version->tag != 0xa1)) return kNo;
  const auto number = BerReader(version->content).next(2);
  if (!number || ber_integer(number->content) != 5) return kNo;
  const bool request = type == kAsRequest || type == kTgsRequest || type == kApRequest;
  return request == (direction == Direction::kToServer) ? kYes : kReversed;
}

ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.size() >= 5 && (bytes[4] & 0xe0) != 0x60) return kNo;
  if (bytes.size() < 6) return kMore;
  const size_t length = ByteReader(bytes).u32();
  if (length > kMessageMax || length < 10) return kNo;
  if (bytes.size() < 4 + length) return port_hint && length < 64 << 10 ? kMore : kNo;
  return probe(direction, bytes.subspan(4, length), port_hint);
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<Krb5Parser>(); }

}  // namespace picket::inspect::krb5
