// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "event/observation.h"

namespace picket::event {

// Where the live counters of open flows are read. Readable at any time from the thread that owns
// the flow table; a read takes no system call.
class FlowCounterSource {
 public:
  virtual ~FlowCounterSource() = default;
  // Fills in the counters, state and time of the last packet of the flow `cookie`, whose record
  // named `slot`. False when the slot belongs to another flow by now: then keep what you have, the
  // closing record brings the final numbers.
  virtual bool read(uint32_t slot, uint64_t cookie, FlowCounters& counters, FlowState& state,
                    MonoTime& last_packet) const = 0;
};

}  // namespace picket::event
