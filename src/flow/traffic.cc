// SPDX-License-Identifier: Apache-2.0
#include "flow/traffic.h"

#include <algorithm>

namespace picket::flow {
namespace {

uint32_t saturated(double value) {
  return value >= 4294967295.0 ? 0xffffffffu : static_cast<uint32_t>(value);
}

}  // namespace

void TrafficRing::add(uint64_t window, double in_per_s, double out_per_s) {
  const uint64_t skipped = window - newest_;
  if (skipped >= kHistoryWindows) {
    bytes_per_s_.fill(0);
  } else {
    for (uint64_t w = newest_ + 1; w < window; ++w) bytes_per_s_[w % kHistoryWindows] = 0;
  }
  newest_ = window;
  in_per_s_ = static_cast<float>(in_per_s);
  out_per_s_ = static_cast<float>(out_per_s);
  bytes_per_s_[window % kHistoryWindows] = saturated(in_per_s + out_per_s);
}

double TrafficRing::mean(uint64_t window, size_t windows) const {
  double sum = 0;
  for (uint64_t back = 0; back < windows && back < window && back < kHistoryWindows; ++back) {
    const uint64_t number = window - back;
    if (number <= newest_ && number + kHistoryWindows > newest_)
      sum += bytes_per_s_[number % kHistoryWindows];
  }
  return sum / static_cast<double>(windows);
}

void TrafficRing::add_to(uint64_t window, uint32_t* out) const {
  for (size_t i = 0; i < kHistoryWindows; ++i) {
    const uint64_t back = kHistoryWindows - 1 - i;
    if (back >= window) continue;
    const uint64_t number = window - back;
    if (number > newest_ || number + kHistoryWindows <= newest_) continue;
    const uint64_t sum = uint64_t{out[i]} + bytes_per_s_[number % kHistoryWindows];
    out[i] = static_cast<uint32_t>(std::min<uint64_t>(sum, 0xffffffffu));
  }
}

}  // namespace picket::flow
