// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/suricata/tag.h"
#include "inspect/app/transaction.h"

namespace picket::detect::suricata {

class RuleSet;

// What the engine remembers of one flow: its bits and numbers, what was captured, what fired once.
// Small until something is set. Belongs to the flow; same thread.
class FlowMemo final : public inspect::DetectionMemo {
 public:
  static constexpr size_t kBitsMax = 256;  // set at a time (counter suricata.flow_variables_max)
  static constexpr size_t kNumbersMax = 64;
  static constexpr size_t kCapturesMax = 16;
  static constexpr size_t kCaptureBytesMax = 256;

  explicit FlowMemo(std::shared_ptr<const RuleSet> names) : names_(std::move(names)) {}
  // Other rules are evaluated from here on; what their predecessors named keeps its number.
  void use_names(std::shared_ptr<const RuleSet> names) { names_ = std::move(names); }
  void append_eve(JsonWriter& out) const override;
  // Flow bits that name the traffic (traffic/id/..., traffic/label/...), as a member "traffic".
  void append_traffic(JsonWriter& out) const override;
  // Members of "metadata": flowvars, flowints, and the other flow bits.
  void append_noted(JsonWriter& out) const;

  bool bit(uint32_t name) const {
    return std::find(bits_.begin(), bits_.end(), name) != bits_.end();
  }
  void set_bit(uint32_t name);
  void clear_bit(uint32_t name) { std::erase(bits_, name); }
  const std::vector<uint32_t>& bits() const { return bits_; }

  const uint32_t* number(uint32_t name) const;
  void set_number(uint32_t name, uint32_t value);
  const std::vector<std::pair<uint32_t, uint32_t>>& numbers() const { return numbers_; }

  // Text that a rule captured by name (pcre); the newest of each name.
  struct Capture {
    std::string name, value;
  };
  void set_capture(std::string_view name, std::string_view value);
  const std::vector<Capture>& captures() const { return captures_; }

  // Rules that fire once in a flow (header only, application protocol only): by place, per
  // direction.
  bool fired(uint32_t rule, unsigned direction) const {
    return std::find(fired_.begin(), fired_.end(), rule * 2 + direction) != fired_.end();
  }
  void set_fired(uint32_t rule, unsigned direction);
  // Other rules are evaluated from here on: `place_now` says by old place where a rule is now,
  // kGone if it is not there any more; nullptr: nobody knows.
  static constexpr uint32_t kGone = ~uint32_t{0};
  void renumber(const std::vector<uint32_t>* place_now);
  uint32_t generation = 0;  // of the rules that the places are of

  TagList tags;  // tag:session

  uint32_t alerts = 0;
  // The action that a rule asked to hold for the rest of the flow.
  bool headers_done[2] = {false, false};
  bool app_seen[2] = {false, false};  // rules on the application protocol were looked at

 private:
  std::shared_ptr<const RuleSet> names_;  // of bits and numbers
  std::vector<uint32_t> bits_;
  std::vector<std::pair<uint32_t, uint32_t>> numbers_;
  std::vector<Capture> captures_;
  std::vector<uint32_t> fired_;
};

}  // namespace picket::detect::suricata
