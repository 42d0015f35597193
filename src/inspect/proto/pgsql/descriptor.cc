// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pgsql/descriptor.h"

#include "inspect/proto/pgsql/pgsql_parser.h"

namespace picket::inspect::pgsql {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (direction == Direction::kToClient) {
    // The answer to a request for encryption, or for the user's proof.
    if (!port_hint || bytes.empty()) return kNo;
    if (bytes.size() == 1) return bytes[0] == 'S' || bytes[0] == 'N' ? kYes : kNo;
    ByteReader reader(bytes);
    const bool proof = reader.u8() == 'R';
    const uint32_t length = reader.u32();
    if (!proof) return kNo;
    return reader.failed() ? kMore : length >= 8 && length < 256 ? kYes : kNo;
  }
  ByteReader reader(bytes);
  const uint32_t length = reader.u32(), code = reader.u32();
  if (reader.failed()) return bytes[0] == 0 && port_hint ? kMore : kNo;
  if (code == kSslRequest || code == kGssRequest) return length == 8 ? kYes : kNo;
  if (code == kCancelRequest) return length == 16 ? kYes : kNo;
  if (code >> 16 != 3 || length < 9 || length > kStartupMax) return kNo;
  const std::string_view first = as_text(bytes.subspan(8));
  return first.starts_with(std::string_view("user", 5).substr(0, first.size())) || port_hint ? kYes
                                                                                             : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<PgsqlParser>(); }

}  // namespace picket::inspect::pgsql
