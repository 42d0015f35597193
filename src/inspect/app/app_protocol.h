// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket::inspect {

// Application protocols, with the names that the rule language and EVE use (app-layer-protocol:,
// app_proto). kAny: no particular one.
#define PICKET_APP_PROTOCOLS(X)                                                                    \
  X(kUnknown, "unknown")                                                                           \
  X(kFailed, "failed")                                                                             \
  X(kAny, "any") X(kHttp, "http") X(kHttp2, "http2") X(kWebSocket, "websocket") X(kTls, "tls")     \
      X(kQuic, "quic") X(kDns, "dns") X(kDoh2, "doh2") X(kMdns, "mdns") X(kLlmnr, "llmnr")         \
          X(kNbns, "nbns") X(kSsh, "ssh") X(kSmtp, "smtp") X(kImap, "imap") X(kPop3, "pop3")       \
              X(kFtp, "ftp") X(kFtpData, "ftp-data") X(kTftp, "tftp") X(kSmb, "smb")               \
                  X(kDcerpc, "dcerpc") X(kKrb5, "krb5") X(kLdap, "ldap") X(kRdp, "rdp")            \
                      X(kDhcp, "dhcp") X(kNtp, "ntp") X(kSnmp, "snmp") X(kMqtt, "mqtt")            \
                          X(kSip, "sip") X(kRfb, "rfb") X(kPgsql, "pgsql") X(kTelnet, "telnet")    \
                              X(kNfs, "nfs") X(kIke, "ike") X(kModbus, "modbus") X(kDnp3, "dnp3")  \
                                  X(kEnip, "enip") X(kBittorrent, "bittorrent-dht") X(kSdp, "sdp") \
                                      X(kIrc, "irc")

enum class AppProtocol : uint8_t {
#define PICKET_ENUM(id, name) id,
  PICKET_APP_PROTOCOLS(PICKET_ENUM)
#undef PICKET_ENUM
      kCount
};

std::string_view text(AppProtocol protocol);
std::optional<AppProtocol> parse_app_protocol(std::string_view name);

}  // namespace picket::inspect
