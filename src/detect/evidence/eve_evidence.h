// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

namespace picket::detect::evidence {

// What an EVE file (Suricata's JSON log, nested names joined by dots) tells, as an activity: flow,
// netflow is left alone (it is half a flow), dns (version 2 and 3 shapes), http, tls, quic,
// fileinfo, smb tree connects. Alerts are somebody else's conclusions and no evidence.
//
// As with Zeek there is no actor; the host is the address of the end that is inside. False: the
// record tells of nothing a behaviour reads. Pure; `out` is overwritten, of its place only `source`
// is filled in.
bool translate_eve(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
