// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/flow_memo.h"

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter flow_variables_max{"suricata.flow_variables_max",
                           "flow variables not kept because the flow had its fill"};

}  // namespace

void FlowMemo::set_bit(uint32_t name) {
  if (bit(name)) return;
  if (bits_.size() == kBitsMax)
    flow_variables_max.add();
  else
    bits_.push_back(name);
}

const uint32_t* FlowMemo::number(uint32_t name) const {
  for (auto& [known, value] : numbers_)
    if (known == name) return &value;
  return nullptr;
}

void FlowMemo::set_number(uint32_t name, uint32_t value) {
  for (auto& [known, kept] : numbers_)
    if (known == name) {
      kept = value;
      return;
    }
  if (numbers_.size() == kNumbersMax)
    flow_variables_max.add();
  else
    numbers_.emplace_back(name, value);
}

void FlowMemo::set_capture(std::string_view name, std::string_view value) {
  value = value.substr(0, kCaptureBytesMax);
  for (Capture& capture : captures_)
    if (capture.name == name) {
      capture.value = value;
      return;
    }
  if (captures_.size() == kCapturesMax)
    flow_variables_max.add();
  else
    captures_.push_back({std::string(name), std::string(value)});
}

void FlowMemo::set_fired(uint32_t rule, unsigned direction) {
  constexpr size_t kFiredMax = 1024;
  if (fired(rule, direction)) return;
  if (fired_.size() == kFiredMax)
    flow_variables_max.add();
  else
    fired_.push_back(rule * 2 + direction);
}

void FlowMemo::renumber(const std::vector<uint32_t>* place_now) {
  std::vector<uint32_t> kept;
  for (const uint32_t fired : fired_) {
    const uint32_t place =
        place_now && fired / 2 < place_now->size() ? (*place_now)[fired / 2] : kGone;
    if (place != kGone) kept.push_back(place * 2 + fired % 2);
  }
  fired_ = std::move(kept);
}

}  // namespace picket::detect::suricata
