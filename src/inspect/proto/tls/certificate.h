// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect::tls {

// What picket says of an X.509 certificate (RFC 5280), in the forms of the rule language and EVE:
// names as "C=US, O=Example, CN=example.com", serial as 00:C7:D4, SHA-1 as 06:39:f9. Decoded by
// libcrypto; never verified. At most kNamesMax alternative names are kept.
struct Certificate {
  static constexpr size_t kNamesMax = 256;
  static constexpr size_t kBytesMax = 64 * 1024;  // longer ones are not read
  std::string subject, issuer, serial, fingerprint;
  std::optional<int64_t> not_before, not_after;  // seconds since 1970
  std::vector<std::string> alternative_names;
  bool self_issued = false;  // subject and issuer are the same
};
// nullopt: it is no certificate (the fingerprint of such bytes says nothing).
std::optional<Certificate> read_certificate(Bytes der);

// Whether every length in these DER elements fits into what holds it; at most eight levels are
// looked at.
bool der_lengths_fit(Bytes der, unsigned depth = 0);

// 2018-04-14T20:55:27, UTC, as EVE writes it; years before 1970 as well.
std::string date_text(int64_t seconds);

}  // namespace picket::inspect::tls
