// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "event/observation.h"

namespace picket::sensor::bpf {

// One record of the ring buffer (picket_abi.h) as an observation; nullopt when it is not a whole
// record of a known type. A PayloadSeen borrows from `record`. Pure.
std::optional<event::Observation> decode_record(Bytes record);

// Splits what an iterator printed into whole records. `pending` keeps the unfinished rest between
// calls. A record that cannot be one (size 0 or absurd) ends the reading: false.
bool split_records(std::vector<uint8_t>& pending, Bytes fresh,
                   const std::function<void(Bytes)>& on_record);

// linux/tcp_states.h as picket spells it.
event::FlowState decode_tcp_state(uint32_t state);

// Kernel device numbers (major << 20 | minor) as stat() spells them.
uint64_t stat_device(uint32_t kernel_device);

}  // namespace picket::sensor::bpf
