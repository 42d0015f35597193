// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "event/activity.h"
#include "event/alert.h"
#include "event/log_record.h"

namespace picket::app::analyze {

// Where whoever reads one input puts what it finds. Everything put in arrives in the order of the
// inputs, and in that of the calls within one, whatever the number of threads. One thread per sink.
class FindingSink {
 public:
  virtual ~FindingSink() = default;
  // A conclusion; its id is assigned later.
  virtual void alert(const event::Alert& alert) = 0;
  // Something that the behaviours should see, in order of time across all inputs.
  virtual void activity(const event::Activity& activity) = 0;
  // A record that rules of correlations matched (their places in the program).
  virtual void matched(const event::LogRecord& record, std::span<const uint32_t> rules) = 0;
  // Whole lines for --eve, each with its newline. False from wants_eve(): nobody reads them.
  virtual void eve(std::string_view lines) = 0;
  virtual bool wants_eve() const = 0;
  // False: nobody looks at what captures show of conversations (no behaviours, no indicators).
  virtual bool wants_conversations() const { return true; }
};

}  // namespace picket::app::analyze
