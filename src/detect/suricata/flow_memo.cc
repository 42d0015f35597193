// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/flow_memo.h"

#include "base/counter.h"
#include "detect/suricata/rule_set.h"

namespace picket::detect::suricata {
namespace {

Counter flow_variables_max{"suricata.flow_variables_max",
                           "flow variables not kept because the flow had its fill"};

constexpr std::string_view kTrafficId = "traffic/id/", kTrafficLabel = "traffic/label/";

}  // namespace

void FlowMemo::append_traffic(JsonWriter& out) const {
  bool any = false;
  for (const std::string_view prefix : {kTrafficId, kTrafficLabel}) {
    bool first = true;
    for (const uint32_t bit : bits_) {
      const std::string_view name = names_->flowbits.name(bit);
      if (!name.starts_with(prefix)) continue;
      if (!any) out.key("traffic").begin_object();
      any = true;
      if (first) out.key(prefix == kTrafficId ? "id" : "label").begin_array();
      first = false;
      out.value(name.substr(prefix.size()));
    }
    if (!first) out.end_array();
  }
  if (any) out.end_object();
}

void FlowMemo::append_noted(JsonWriter& out) const {
  if (!captures_.empty()) {
    out.key("flowvars").begin_array();
    for (const Capture& capture : captures_)
      out.begin_object().member(capture.name, capture.value).end_object();
    out.end_array();
  }
  if (!numbers_.empty()) {
    out.key("flowints").begin_object();
    for (const auto& [name, value] : numbers_) out.member(names_->flowints.name(name), value);
    out.end_object();
  }
  bool any = false;
  for (const uint32_t bit : bits_) {
    const std::string_view name = names_->flowbits.name(bit);
    if (name.starts_with(kTrafficId) || name.starts_with(kTrafficLabel)) continue;
    if (!any) out.key("flowbits").begin_array();
    any = true;
    out.value(name);
  }
  if (any) out.end_array();
}

void FlowMemo::append_eve(JsonWriter& out) const {
  append_traffic(out);
  std::string noted;
  JsonWriter members(noted);
  members.begin_object();
  append_noted(members);
  if (noted.size() == 1) return;
  out.key("metadata").begin_object();
  append_noted(out);
  out.end_object();
}

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
