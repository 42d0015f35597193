// SPDX-License-Identifier: Apache-2.0
#include "enforce/decisions.h"

#include <bpf/libbpf.h>

#include <cstring>
#include <utility>

namespace picket::enforce {

Result<DecisionLog> DecisionLog::open(const Pins& pins, Each each) {
  DecisionLog log(std::make_unique<Each>(std::move(each)));
  auto ring = Pins::open(pins.map("pf_ring"));
  if (!ring) return failure("there is no firewall in " + pins.folder(), "picket block makes one.");
  const auto take = [](void* context, void* bytes, size_t size) {
    pf_decision decision;
    if (size < sizeof decision) return 0;
    std::memcpy(&decision, bytes, sizeof decision);
    (*static_cast<Each*>(context))(decision);
    return 0;
  };
  log.ring_ = ring_buffer__new(ring->get(), take, log.each_.get(), nullptr);
  if (!log.ring_) return system_failure("read the firewall's decisions");
  return log;
}

DecisionLog::DecisionLog(DecisionLog&& other) noexcept
    : each_(std::move(other.each_)), ring_(std::exchange(other.ring_, nullptr)) {}

DecisionLog::~DecisionLog() {
  if (ring_) ring_buffer__free(ring_);
}

Result<size_t> DecisionLog::read() {
  const int count = ring_buffer__consume(ring_);
  if (count < 0) return system_failure("read the firewall's decisions", -count);
  return static_cast<size_t>(count);
}

}  // namespace picket::enforce
