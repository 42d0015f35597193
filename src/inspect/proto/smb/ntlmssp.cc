// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/ntlmssp.h"

#include "inspect/proto/smb/names.h"

namespace picket::inspect::smb {
namespace {

constexpr std::string_view kSignature("NTLMSSP\0", 8);
constexpr uint32_t kAuthenticate = 3;
constexpr uint32_t kUnicodeFlag = 0x1, kVersionFlag = 0x02000000;

struct Field {
  uint16_t length = 0;
  uint32_t offset = 0;
};
Field read_field(ByteReader& reader) {
  Field out;
  out.length = reader.u16_le();
  reader.skip(2);
  out.offset = reader.u32_le();
  return out;
}

std::string text_of(Bytes message, Field field, bool unicode) {
  ByteReader reader(message);
  reader.seek(field.offset);
  const Bytes bytes = reader.take(field.length);
  return unicode ? from_utf16(bytes) : std::string(as_text(bytes));
}

}  // namespace

std::optional<Ntlmssp> read_ntlmssp(Bytes blob) {
  const size_t at = as_text(blob).find(kSignature);
  if (at == std::string_view::npos) return std::nullopt;
  const Bytes message = blob.subspan(at);
  ByteReader reader(message);
  reader.skip(kSignature.size());
  if (reader.u32_le() != kAuthenticate) return std::nullopt;
  read_field(reader);  // LM response
  read_field(reader);  // NT response
  const Field domain = read_field(reader);
  const Field user = read_field(reader);
  const Field host = read_field(reader);
  read_field(reader);  // session key
  const uint32_t flags = reader.u32_le();
  if (reader.failed()) return std::nullopt;
  Ntlmssp out;
  const bool unicode = (flags & kUnicodeFlag) != 0;
  out.domain = text_of(message, domain, unicode);
  out.user = text_of(message, user, unicode);
  out.host = text_of(message, host, unicode);
  if ((flags & kVersionFlag) != 0) {
    const unsigned major = reader.u8(), minor = reader.u8(), build = reader.u16_le();
    reader.skip(3);
    const unsigned revision = reader.u8();
    if (!reader.failed())
      out.version = std::to_string(major) + "." + std::to_string(minor) + " build " +
                    std::to_string(build) + " rev " + std::to_string(revision);
  }
  return out;
}

}  // namespace picket::inspect::smb
