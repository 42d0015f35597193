// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect::tls {

// A ServerHello (RFC 8446 4.1.3, 5246 7.4.1.3), drafts of TLS 1.3 included. Views borrow from the
// message given.
struct ServerHello {
  static constexpr size_t kExtensionsMax = 64;
  uint16_t legacy_version = 0;
  uint16_t version = 0;  // the one agreed on: that of supported_versions where it is there
  Bytes random, session_id;
  uint16_t cipher_suite = 0;
  std::vector<uint16_t> extensions;  // types, in the order sent
  std::string_view protocol;         // ALPN; empty: none
};
// `body`: the message after its header. False: its lengths do not fit.
bool read_server_hello(Bytes body, ServerHello& out);

// "TLS 1.2", "TLSv1", "TLS 1.3 draft-28": as EVE and the rule language write versions.
std::string version_text(uint16_t version);

}  // namespace picket::inspect::tls
