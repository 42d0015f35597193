// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>

#include "base/result.h"
#include "enforce/bpf/firewall_abi.h"
#include "enforce/pins.h"

struct ring_buffer;

namespace picket::enforce {

// What the rules decided, as the kernel told it: each decision is read once, by whoever comes
// first. Room for some ten thousand; what finds none is counted (PF_UNTOLD). Needs root. One
// thread.
class DecisionLog {
 public:
  using Each = std::function<void(const pf_decision&)>;
  static Result<DecisionLog> open(const Pins& pins, Each each);
  DecisionLog(DecisionLog&& other) noexcept;
  DecisionLog& operator=(DecisionLog&&) = delete;
  ~DecisionLog();

  // All that are there now; how many.
  Result<size_t> read();

 private:
  explicit DecisionLog(std::unique_ptr<Each> each) : each_(std::move(each)) {}
  std::unique_ptr<Each> each_;  // at a place that does not move: the ring calls it
  ring_buffer* ring_ = nullptr;
};

}  // namespace picket::enforce
