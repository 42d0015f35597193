// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "detect/suricata/flow_memo.h"
#include "detect/suricata/host_state.h"
#include "detect/suricata/prefilter.h"
#include "detect/suricata/rule_cost.h"
#include "detect/suricata/rule_set.h"
#include "detect/suricata/threshold.h"
#include "detect/suricata/tx_buffers.h"
#include "detect/suricata/tx_memo.h"
#include "inspect/app/inspection.h"

namespace picket::detect::suricata {

// Rules and their prefilter, loaded once and shared by the engines of all workers (which is why
// they are held by shared_ptr). Immutable.
struct LoadedRules {
  RuleSet set;
  std::unique_ptr<Prefilter> prefilter;
};
// `before`: rules of a running engine that these are to take the place of (ReloadableEngine).
// `cache_folder`: where compiled patterns are kept; empty: nowhere.
Result<std::shared_ptr<const LoadedRules>> load(const std::vector<std::string>& files,
                                                const inspect::Settings& settings,
                                                const std::string& cache_folder, LoadReport& report,
                                                const LoadedRules* before = nullptr);
Result<std::shared_ptr<const LoadedRules>> load_text(std::string_view rules,
                                                     const inspect::Settings& settings,
                                                     LoadReport& report,
                                                     const LoadedRules* before = nullptr);

// The rule engine of one worker: looks at packets, streams and transactions, and says which rules
// match. Not thread-safe; the rules it was made with may be shared. Of one packet at most
// `packet-alert-max` (15 unless set) matches are told, the first in rule order; more are counted
// (suricata.matches_max).
class Engine final : public inspect::Inspector {
 public:
  static constexpr size_t kExcerptMax = 256;  // bytes of evidence of one match
  static constexpr uint64_t kBodyStep =
      16'384;  // a growing body is looked at again after so many bytes

  static constexpr uint32_t kThresholdsOfRule = 16;  // told apart; further ones share the last

  enum class Candidates : uint8_t {
    kPrefiltered,
    kAll,  // every rule is evaluated: the plain standard that tests hold the prefilter to
  };
  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const LoadedRules> rules,
                                                const inspect::Settings& settings,
                                                Candidates candidates = Candidates::kPrefiltered);

  // Goes on where `before`, which is not used any more, stopped: what its rules noted on hosts and
  // counted stays with those that are still there, by gid, sid and rev. Before the first packet.
  void inherit(Engine& before);

  inspect::Verdict on_packet(inspect::PacketContext& context) override;
  void on_flow_end(inspect::PacketFlow& flow) override;
  const RuleSet& rules() const { return rules_->set; }
  // From here on what rules cost is added to `costs`, which must have room for all of them;
  // nullptr: nobody wants to know any more.
  void measure(RuleCosts* costs) { costs_ = costs; }

 private:
  explicit Engine(std::shared_ptr<const LoadedRules> rules)
      : rules_(std::move(rules)), set_(rules_->set), prefilter_(*rules_->prefilter) {}

  struct Found {  // a match before it is told
    uint32_t rule;
    inspect::Transaction* transaction;
    bool on_stream;
    std::string_view buffer;
    uint64_t buffer_offset;
    std::string excerpt;
    std::string context_json;
  };

  // engine_packet.cc
  void look_at_packet();
  void gather_packet_candidates();
  void gather_stream_candidates(Prefilter::Transport transport);
  void scan_payload(Prefilter::Source source, Prefilter::Transport transport, Bytes bytes,
                    uint64_t offset, size_t beyond);
  void gather_plain_candidates(Prefilter::Transport transport, bool payload);
  void evaluate_packet_rule(uint32_t place);
  bool payload_matches(const Rule& rule, bool& on_stream);
  bool packet_buffers_match(const Rule& rule);
  bool header_matches(const Rule& rule) const;
  bool flow_state_matches(const Rule& rule) const;
  bool packet_checks_match(const Rule& rule);
  // engine_transaction.cc
  void look_at_transactions();
  void look_at_transaction(inspect::Transaction& transaction);
  bool search_slots(inspect::Transaction& transaction, TxMemo& memo, TxMemo::Side& side);
  bool search_growing(const Prefilter::SlotGroup& slot, TxMemo& memo, TxMemo::Side& side);
  void search_once(const Prefilter::SlotGroup& slot, TxMemo::Side& side);
  void add_pending(TxMemo::Side& side, uint32_t rule);
  void evaluate_pending(TxMemo& memo, TxMemo::Side& side);
  void finish_both_ways(TxMemo& memo, uint32_t rule);
  bool tx_header_matches(const Rule& rule) const;
  // engine_alert.cc
  void note_match(uint32_t place, bool on_stream);
  inspect::Verdict tell(inspect::PacketContext& context);
  static void block(inspect::PacketContext& context, const Rule& rule, Action action, bool rated,
                    bool for_flow);
  ThresholdVerdict judge(const Rule& rule, uint32_t place, std::optional<uint8_t>& new_action);
  std::string metadata_json() const;
  void note_packet(inspect::PacketContext& context);
  void tell_one(inspect::PacketContext& context, Found& found, bool blocked);

  void begin_candidates();
  void add_candidate(uint32_t place);
  FlowMemo* ensure_flow_memo();
  std::shared_ptr<const RuleSet> rule_names() const { return {rules_, &set_}; }
  // Memo: a FlowMemo or TxMemo, perhaps of the rules before.
  template <typename Memo>
  void keep_up(Memo* memo) const {
    if (memo == nullptr || memo->generation == generation_) return;
    memo->renumber(memo->generation + 1 == generation_ ? &place_now_ : nullptr);
    if constexpr (std::is_same_v<Memo, FlowMemo>) memo->use_names(rule_names());
    memo->generation = generation_;
  }

  std::shared_ptr<const LoadedRules> rules_;
  const RuleSet& set_;
  const Prefilter& prefilter_;
  Candidates candidates_mode_ = Candidates::kPrefiltered;
  size_t matches_max_ = 15;

  PatternScratch scratch_;
  MatchScope scope_;
  TxBuffers buffers_;
  HostState hosts_;
  ThresholdTable thresholds_;
  TxMemo spare_memo_;
  std::vector<uint32_t> candidates_;
  std::vector<uint32_t> marks_;  // by rule: the round it was last a candidate in
  uint32_t round_ = 0;
  std::vector<Found> found_;
  std::deque<std::string> kept_;  // what told matches borrow
  std::vector<std::vector<const ThresholdRule*>>
      configured_;  // threshold.config, by rule; empty: none
  bool stream_ready_ = false;
  RuleCosts* costs_ = nullptr;
  uint32_t generation_ = 0;          // how many engines there were before
  std::vector<uint32_t> place_now_;  // of the rules of the engine before, by their place there
};

}  // namespace picket::detect::suricata
