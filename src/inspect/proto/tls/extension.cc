// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/extension.h"

#include "base/address.h"
#include "base/ascii.h"
#include "inspect/host_name.h"

namespace picket::inspect::tls {
namespace {

constexpr uint8_t kHostNameType = 0;

// The one vector that fills `body`, with a length of one or two bytes; false when it does not fit.
bool whole_vector(Bytes body, size_t length_bytes, Bytes& content) {
  ByteReader reader(body);
  const size_t length = length_bytes == 1 ? reader.u8() : reader.u16();
  content = reader.take(length);
  return !reader.failed() && reader.remaining() == 0;
}

bool u16_vector(Bytes body, size_t length_bytes, U16List& list) {
  Bytes content;
  if (!whole_vector(body, length_bytes, content) || content.empty() || content.size() % 2 != 0)
    return false;
  list = U16List(content);
  return true;
}

void judge_server_name(ClientHello& out) {
  std::string_view name = as_text(out.server_name_raw);
  if (!name.empty() && name.back() == '.') {
    out.weirds.add(Weird::kSniTrailingDot);
    name.remove_suffix(1);
  }
  if (IpAddress::parse(name)) {
    out.weirds.add(Weird::kSniAddress);
  } else if (!is_host_name(name)) {
    out.weirds.add(Weird::kSniNotHostName);
  } else {
    out.server_name = ascii_lowered(name);
  }
}

bool read_server_name(Bytes body, ClientHello& out) {
  Bytes list;
  if (!whole_vector(body, 2, list) || list.empty()) return false;
  ByteReader reader(list);
  while (reader.remaining() > 0) {
    const uint8_t type = reader.u8();
    const Bytes name = reader.take(reader.u16());
    if (reader.failed() || name.empty()) return false;
    if (type != kHostNameType) continue;
    if (!out.server_name_raw.empty()) {
      out.weirds.add(Weird::kSniSeveral);
      continue;
    }
    out.server_name_raw = name;
    judge_server_name(out);
  }
  return true;
}

bool read_protocols(Bytes body, ClientHello& out) {
  Bytes list;
  if (!whole_vector(body, 2, list) || list.empty()) return false;
  ByteReader reader(list);
  while (reader.remaining() > 0) {
    const Bytes protocol = reader.take(reader.u8());
    if (reader.failed() || protocol.empty()) return false;
    if (out.protocols.size() == kProtocolsMax) {
      out.weirds.add(Weird::kTooManyProtocols);
      return true;
    }
    out.protocols.push_back(as_text(protocol));
  }
  return true;
}

}  // namespace

void read_extension(const Extension& extension, ClientHello& out) {
  bool fits = true;
  switch (extension.type) {
    case kServerName:
      fits = read_server_name(extension.body, out);
      if (!fits) out.server_name.clear();
      break;
    case kAlpn: fits = read_protocols(extension.body, out); break;
    case kSupportedGroups: fits = u16_vector(extension.body, 2, out.groups); break;
    case kSignatureAlgorithms:
      fits = u16_vector(extension.body, 2, out.signature_algorithms);
      break;
    case kSupportedVersions: fits = u16_vector(extension.body, 1, out.supported_versions); break;
    case kPointFormats: fits = whole_vector(extension.body, 1, out.point_formats); break;
    case kEncryptedClientHello: out.encrypted_client_hello = true; break;
    default: break;
  }
  if (!fits) out.weirds.add(Weird::kBadExtension);
}

}  // namespace picket::inspect::tls
