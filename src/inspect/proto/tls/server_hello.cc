// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/server_hello.h"

#include "inspect/proto/tls/client_hello.h"
#include "inspect/proto/tls/record.h"

namespace picket::inspect::tls {
namespace {

constexpr uint16_t kDraftFirst = 0x7f00, kDraftWithSession = 0x7f16;  // from draft 22 on
constexpr uint16_t kDraftBefore16 = 0x7f01;

bool read_extension(uint16_t type, Bytes body, ServerHello& out) {
  ByteReader reader(body);
  if (type == kSupportedVersions && body.size() == 2) out.version = reader.u16();
  if (type == kAlpn) {
    reader.skip(2);
    out.protocol = as_text(reader.take(reader.u8()));
  }
  return !reader.failed();
}

}  // namespace

bool read_server_hello(Bytes body, ServerHello& out) {
  out = {};
  ByteReader reader(body);
  out.legacy_version = out.version = reader.u16();
  out.random = reader.take(32);
  // Only drafts before the 16th say 0x0304 here; the final version keeps to 0x0303.
  if (out.legacy_version == kTls13) out.version = kDraftBefore16;
  const bool early_draft = out.legacy_version == kTls13 || (out.legacy_version > kDraftFirst &&
                                                            out.legacy_version < kDraftWithSession);
  if (!early_draft) out.session_id = reader.take(reader.u8());
  out.cipher_suite = reader.u16();
  if (!early_draft) reader.skip(1);
  if (reader.failed()) return false;
  if (reader.remaining() == 0) return true;
  const Bytes block = reader.take(reader.u16());
  if (reader.failed()) return false;
  ByteReader extensions(block);
  while (extensions.remaining() > 0) {
    const uint16_t type = extensions.u16();
    const Bytes content = extensions.take(extensions.u16());
    if (extensions.failed()) return false;
    if (out.extensions.size() < ServerHello::kExtensionsMax) out.extensions.push_back(type);
    read_extension(type, content, out);
  }
  return true;
}

std::string version_text(uint16_t version) {
  switch (version) {
    case 0x0002: return "SSLv2";
    case 0x0300: return "SSLv3";
    case 0x0301: return "TLSv1";
    case 0x0302: return "TLS 1.1";
    case 0x0303: return "TLS 1.2";
    case 0x0304: return "TLS 1.3";
    case 0xfb17: return "TLS 1.3 draft-23-fb";
    case 0xfb1a: return "TLS 1.3 draft-26-fb";
    default: break;
  }
  if (version >> 8 == 0x7f) {
    const unsigned draft = version & 0xff;
    return draft < 16 ? "TLS 1.3 draft-<16" : "TLS 1.3 draft-" + std::to_string(draft);
  }
  return "UNDETERMINED";
}

}  // namespace picket::inspect::tls
