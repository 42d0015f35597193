// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/suricata/keyword/content_check.h"
#include "detect/suricata/rule.h"
#include "detect/suricata/rule_set.h"
#include "detect/suricata/rule_text.h"

namespace picket::detect::suricata {

// One rule while its options are read, in their order: keywords add checks, effects and facts to
// it, finish() makes the Rule. One use, one thread.
class RuleBuilder {
 public:
  // Where checks on bytes go.
  struct Target {
    BufferSlot::Source source = BufferSlot::Source::kPayload;
    uint8_t header = 0;
    inspect::BufferId buffer{};
    bool operator==(const Target&) const = default;
  };
  struct ListDraft {
    Target target;
    std::optional<inspect::Direction> direction;  // said in a => rule
    std::vector<BufferCheck*> checks;
    std::vector<const Transform*> transforms;
    bool selected = false;  // by a sticky buffer (then transforms may follow until the first check)
    bool absent = false, absent_or_else = false;
    BufferChecks* nested_in = nullptr;  // base64_data: the list goes there
  };

  RuleBuilder(RuleSet& set, const RuleText& text) : set_(set), text_(text) {}

  RuleSet& set() { return set_; }
  Arena& arena() { return set_.arena; }
  Rule& rule() { return rule_; }
  const RuleText& text() const { return text_; }

  void select(Target target, std::optional<inspect::Direction> direction = {});
  void select_anew();  // the same buffer, in a list of its own
  void select_nested(BufferChecks* parent);
  bool on_payload() const {
    return current_ == kPayload || lists_[current_].target.source == BufferSlot::Source::kPayload;
  }
  ListDraft& current();
  ListDraft& list_for(Target target);  // to which modifiers of the old form go
  void add(BufferCheck* check);
  void add_to(Target target, BufferCheck* check);
  void add_content(keyword::ContentCheck* content);
  keyword::ContentCheck* last_content() { return last_content_; }
  Result<void> move_last_content(Target target);
  // `about_this_packet`: of its headers or size. `of_header`: what a rule on addresses alone may
  // have too.
  void add_packet_check(const PacketCheck* check, bool about_this_packet = false,
                        bool of_header = false);
  void add_tx_check(TxCheck* check) { tx_checks_.push_back(check); }
  void add_effect(const MatchEffect* effect) { effects_.push_back(effect); }
  void add_threshold(const ThresholdRule* threshold) { thresholds_.push_back(threshold); }
  // The rule is about this protocol: an error when it is about another already. kAny: says nothing.
  Result<void> require_app(inspect::AppProtocol protocol);
  Result<void> require_direction(inspect::Direction direction, std::string_view why);
  void require_packet() { requires_packet_ = true; }
  void require_stream() { requires_stream_ = true; }

  // Variables of byte_extract and byte_math, by place.
  Result<uint8_t> declare_variable(std::string_view name);
  std::optional<uint8_t> find_variable(std::string_view name) const;
  // A number, or the name of a variable declared before.
  Result<keyword::Amount> amount(std::string_view text) const;

  BufferChecks* last_base64 = nullptr;
  std::optional<uint32_t> priority;
  std::vector<std::string_view> references;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  std::optional<inspect::Direction> flow_direction;
  bool has_flow_keyword = false;
  bool asks_flow_state = false;  // flow: with more than a direction
  int flowbits_rank = 0;         // how early flow variables want it: setters before readers
  size_t protocol_checks = 0;    // how many app-layer-protocol

  // Makes the rule; it is valid as long as the set.
  Result<Rule> finish();

 private:
  static constexpr size_t kPayload = ~size_t{0};
  Result<void> finish_direction();
  Result<void> finish_lists();
  void finish_payload_kind();
  void finish_frequency();
  void finish_scope();
  void link(ListDraft& list);
  std::optional<inspect::Direction> direction_of(const ListDraft& list) const;
  void choose_prefilter();

  RuleSet& set_;
  const RuleText& text_;
  Rule rule_;
  std::vector<ListDraft> lists_;
  size_t current_ = kPayload;
  keyword::ContentCheck* last_content_ = nullptr;
  size_t last_content_list_ = 0;
  std::vector<const PacketCheck*> packet_checks_;
  std::vector<TxCheck*> tx_checks_;
  std::vector<const MatchEffect*> effects_;
  std::vector<const ThresholdRule*> thresholds_;
  std::vector<std::string> variables_;
  size_t header_checks_ = 0;  // of packet_checks_
  bool requires_packet_ = false, requires_stream_ = false;
};

}  // namespace picket::detect::suricata
