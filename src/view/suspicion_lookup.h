// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "event/facts.h"

namespace picket::view {

// What detection says of what is on the screen: implemented by whoever runs the detectors. Asked on
// the thread of the view.
class SuspicionLookup {
 public:
  virtual ~SuspicionLookup() = default;
  // Puts the worst that is known of the flow or of its process on it.
  virtual void mark(event::FlowFacts& facts) const = 0;
  // The worst that is known of the process, a sentence; empty: nothing. Valid until the next alert.
  virtual std::string_view of_process(const event::ProcessKey& key) const = 0;
  // Whether anything is marked at all, so that a quiet machine pays nothing.
  virtual bool any() const = 0;
};

}  // namespace picket::view
