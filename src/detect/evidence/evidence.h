// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "detect/evidence/zeek_evidence.h"
#include "event/activity.h"
#include "event/log_record.h"

// From a record of any source to what a process did. Records of which nothing is wanted are told by
// channel and event id before anything is copied. One translator per input stream, one thread.
namespace picket::detect::evidence {

class Translator {
 public:
  // True: `out` holds what the record tells, but for place.input and place.offset, which the caller
  // knows. False: nothing for the behaviours in it; `out` is not changed in any way that matters.
  bool translate(const event::LogRecord& record, event::Activity& out);

 private:
  ZeekEvidence zeek_;  // joins records over time; the others stand alone
};

}  // namespace picket::detect::evidence
