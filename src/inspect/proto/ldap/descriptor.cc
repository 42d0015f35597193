// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ldap/descriptor.h"

#include "inspect/app/ber.h"
#include "inspect/proto/ldap/ldap_parser.h"

namespace picket::inspect::ldap {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.empty() || bytes[0] != 0x30) return kNo;
  bool bad = false;
  const auto size = ber_size(bytes, bad);
  if (bad || (size && *size > kMessageMax)) return kNo;
  if (!size) return kMore;
  // The envelope: SEQUENCE, INTEGER id, an APPLICATION tag.
  ByteReader reader(bytes);
  reader.skip(1);
  const uint8_t form = reader.u8();
  reader.skip(form < 0x80 ? 0 : form & 0x7f);
  const bool integer = reader.u8() == 2;
  const size_t id_bytes = reader.u8();
  reader.skip(id_bytes);
  const uint8_t tag = reader.u8();
  if (reader.failed()) return bytes.size() < 16 && (bytes.size() < 5 || integer) ? kMore : kNo;
  const uint8_t operation = tag & 0x1f;
  if (!integer || id_bytes == 0 || id_bytes > 4 || (tag & 0xc0) != 0x40 ||
      operation_text(operation).empty())
    return kNo;
  return is_request(operation) == (direction == Direction::kToServer) ? kYes : kReversed;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<LdapParser>(); }

}  // namespace picket::inspect::ldap
