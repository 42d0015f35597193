// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

// Numbers of the TLS record layer (RFC 8446 section 5.1, RFC 5246 section 6.2.1).
namespace picket::inspect::tls {

constexpr uint8_t kChangeCipherSpec = 20, kAlertRecord = 21, kHandshakeRecord = 22;
constexpr uint16_t kTls13 = 0x0304;

}  // namespace picket::inspect::tls
