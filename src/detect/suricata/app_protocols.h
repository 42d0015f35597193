// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_protocol.h"

namespace picket::detect::suricata {

// Whether a rule about `wanted` is to look at a flow or transaction of `seen`: a rule about http
// looks at HTTP/1 and HTTP/2, one about dns also at DNS over HTTPS.
bool covers(inspect::AppProtocol wanted, inspect::AppProtocol seen);
// Whether a rule about `rule` may use a keyword of `keyword`.
bool goes_together(inspect::AppProtocol rule, inspect::AppProtocol keyword);

}  // namespace picket::detect::suricata
