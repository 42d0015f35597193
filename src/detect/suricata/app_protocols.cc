// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/app_protocols.h"

namespace picket::detect::suricata {

using inspect::AppProtocol;

bool covers(AppProtocol wanted, AppProtocol seen) {
  if (wanted == seen || wanted == AppProtocol::kUnknown || wanted == AppProtocol::kAny) return true;
  switch (wanted) {
    case AppProtocol::kHttp: return seen == AppProtocol::kHttp2 || seen == AppProtocol::kDoh2;
    case AppProtocol::kHttp2: return seen == AppProtocol::kDoh2;
    case AppProtocol::kDns: return seen == AppProtocol::kDoh2;
    case AppProtocol::kDoh2: return seen == AppProtocol::kHttp2 || seen == AppProtocol::kDns;
    case AppProtocol::kDcerpc: return seen == AppProtocol::kSmb;
    default: return false;
  }
}

bool goes_together(AppProtocol rule, AppProtocol keyword) {
  if (covers(rule, keyword) || covers(keyword, rule)) return true;
  // QUIC carries a TLS handshake; SIP a session description; SMTP and the like files.
  if (keyword == AppProtocol::kTls) return rule == AppProtocol::kQuic;
  if (keyword == AppProtocol::kSdp) return rule == AppProtocol::kSip;
  // The protocols made like DNS answer its keywords.
  if (keyword == AppProtocol::kDns)
    return rule == AppProtocol::kMdns || rule == AppProtocol::kLlmnr;
  return false;
}

bool carries(AppProtocol transaction, AppProtocol other) {
  return transaction == AppProtocol::kHttp2 && other == AppProtocol::kDns;  // RFC 8484
}

bool may_hold(AppProtocol transaction, AppProtocol keyword) {
  return goes_together(transaction, keyword) || carries(transaction, keyword);
}

}  // namespace picket::detect::suricata
