// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_protocol.h"

namespace picket::detect::suricata {

// Whether a rule about `wanted` is to look at a flow or transaction of `seen`: a rule about http
// looks at HTTP/1 and HTTP/2, one about dns also at DNS over HTTPS.
bool covers(inspect::AppProtocol wanted, inspect::AppProtocol seen);
// Whether a rule about `rule` may use a keyword of `keyword`.
bool goes_together(inspect::AppProtocol rule, inspect::AppProtocol keyword);
// Whether transactions of `transaction` may have another protocol's message in them.
bool carries(inspect::AppProtocol transaction, inspect::AppProtocol other);
// Whether a transaction of `transaction` may have what keywords of `keyword` ask for.
bool may_hold(inspect::AppProtocol transaction, inspect::AppProtocol keyword);

}  // namespace picket::detect::suricata
