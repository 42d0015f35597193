// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "event/flow_counter_source.h"
#include "event/observation.h"

namespace picket::sensor {

using Deliver = std::function<void(event::Observation&&)>;

// One source of observations: the kernel's hooks, the polling fallback, a replay, a test. Used by
// one thread. Losses are Counters named "sensor.…", never silent.
class Source {
 public:
  virtual ~Source() = default;
  // Becomes readable (poll) when drain() has work; -1: call drain() every poll_interval_ms().
  virtual int poll_descriptor() const = 0;
  virtual int poll_interval_ms() const = 0;
  // Delivers what is there, in the order it happened, at most `records_max`; how many it was.
  virtual Result<size_t> drain(const Deliver& deliver, size_t records_max) = 0;
  // "bpf", "fallback", "replay": shown on every screen.
  virtual std::string mode() const = 0;
  // What this source may miss, in a sentence for the reader; empty when nothing.
  virtual std::string mode_note() const = 0;
  // nullptr: flows carry their counters in their records only.
  virtual const event::FlowCounterSource* counters() const { return nullptr; }
};

}  // namespace picket::sensor
