// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/evidence.h"

#include "detect/evidence/auditd_evidence.h"
#include "detect/evidence/eve_evidence.h"
#include "detect/evidence/own_evidence.h"
#include "detect/evidence/sysmon_evidence.h"
#include "detect/evidence/windows_evidence.h"

namespace picket::detect::evidence {

bool Translator::translate(const event::LogRecord& record, event::Activity& out) {
  const event::LogOrigin& origin = record.origin;
  if (is_own(origin)) return own_activity(record, out);
  if (is_sysmon(origin)) return sysmon_activity(record, out);
  if (origin.product == "windows") return windows_activity(record, out);
  if (origin.product == "zeek") return zeek_.translate(record, out);
  if (origin.product == "suricata") return translate_eve(record, out);
  if (is_auditd(record)) return auditd_activity(record, out);
  return false;
}

}  // namespace picket::detect::evidence
