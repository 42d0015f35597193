// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "inspect/proto/tls/client_hello.h"
#include "inspect/proto/tls/server_hello.h"

// Fingerprints of hellos. JA3 and JA3S (Salesforce): decimal numbers joined, MD5 of that; GREASE
// left out. JA4 (FoxIO, the TLS client part, BSD licence): t13d1516h2_<12 hex>_<12 hex>.
namespace picket::inspect::tls {

std::string ja3_string(const ClientHello& hello);
std::string ja3s_string(const ServerHello& hello);
std::string md5_hex(std::string_view text);
// `transport`: t for TLS over TCP, q for QUIC, d for DTLS.
std::string ja4(const ClientHello& hello, char transport);

}  // namespace picket::inspect::tls
