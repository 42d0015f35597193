// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace picket::case_runner {

// Messages as they stand on the wire, built from words, so that cases go through the parsers:
//   dns answer NAME [CNAME TARGET]... [A|AAAA ADDRESS]... [ttl SECONDS] [error]
//   dns question NAME A|AAAA
//   mdns answer NAME A|AAAA ADDRESS... [ttl SECONDS]
//   tls hello NAME                     a ClientHello with that SNI (RFC 6066)
//   http get HOST [PATH]
// Each CNAME names the next one's owner; the addresses belong to the last. `ttl` holds for all
// records (60 when not said); `error` makes the answer an NXDOMAIN.
Result<std::vector<uint8_t>> wire_from_words(std::string_view words);

// 16 03 01, with or without blanks.
Result<std::vector<uint8_t>> wire_from_hex(std::string_view hex);

}  // namespace picket::case_runner
