// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "base/byte_reader.h"

namespace picket::inspect::smb {

// Who logs on, from an NTLMSSP AUTHENTICATE message (MS-NLMP 2.2.1.3).
struct Ntlmssp {
  std::string domain, user, host;
  std::string version;  // "10.0 build 10586 rev 15"; empty: not told
};

// Finds the message in a security blob, wrapped in SPNEGO or not; nullopt: there is none of that
// type.
std::optional<Ntlmssp> read_ntlmssp(Bytes blob);

}  // namespace picket::inspect::smb
