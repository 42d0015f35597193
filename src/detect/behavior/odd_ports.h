// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

// Which ports are whose, as far as behaviours ask. Shipped knowledge; pure functions.
namespace picket::detect::behavior {

// TLS is at home here: web, mail, directories, name service, telephony, messages, databases' own.
bool usual_tls_port(uint16_t port);
// Ports that remote-control tools listen on unless told otherwise.
bool tool_port(uint16_t port);
// `service` as sources call it (http, ssl, ssh, ftp, smtp, rdp, dns) on a port it does not have.
bool misplaced_service(std::string_view service, uint16_t port);
// Protocols whose peers come by another way than a lookup: time, calls, peer-to-peer, tunnels.
bool finds_peers_itself(uint16_t port);

}  // namespace picket::detect::behavior
