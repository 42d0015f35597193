// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/engine.h"

namespace picket::detect::suricata {
namespace {

Result<std::shared_ptr<const LoadedRules>> finish(std::shared_ptr<LoadedRules> rules,
                                                  const std::string& cache_folder) {
  TRY_ASSIGN(rules->prefilter, Prefilter::create(rules->set, cache_folder));
  return std::shared_ptr<const LoadedRules>(std::move(rules));
}

}  // namespace

Result<std::shared_ptr<const LoadedRules>> load(const std::vector<std::string>& files,
                                                const inspect::Settings& settings,
                                                const std::string& cache_folder, LoadReport& report,
                                                const LoadedRules* before) {
  auto rules = std::make_shared<LoadedRules>();
  if (before != nullptr) rules->set.follow(before->set);
  TRY_ASSIGN(report, load_rules(rules->set, files, settings));
  return finish(std::move(rules), cache_folder);
}

Result<std::shared_ptr<const LoadedRules>> load_text(std::string_view text,
                                                     const inspect::Settings& settings,
                                                     LoadReport& report,
                                                     const LoadedRules* before) {
  auto rules = std::make_shared<LoadedRules>();
  if (before != nullptr) rules->set.follow(before->set);
  report = load_rule_text(rules->set, text, "rules", settings);
  return finish(std::move(rules), {});
}

Result<std::unique_ptr<Engine>> Engine::create(std::shared_ptr<const LoadedRules> rules,
                                               const inspect::Settings& settings,
                                               Candidates candidates) {
  std::unique_ptr<Engine> engine(new Engine(std::move(rules)));
  engine->candidates_mode_ = candidates;
  uint64_t most = settings.number("packet-alert-max", 15);
  engine->matches_max_ = most == 0 ? 15 : static_cast<size_t>(most);
  engine->marks_.resize(engine->set_.rules.size());
  engine->scope_.hosts = &engine->hosts_;
  engine->scope_.rules = &engine->set_;
  if (!engine->set_.thresholds.empty())
    for (const Rule& rule : engine->set_.rules)
      engine->configured_.push_back(engine->set_.thresholds.find(rule.facts.gid, rule.facts.sid));
  TRY(engine->prefilter_.prepare(engine->scratch_));
  return engine;
}

void Engine::begin_candidates() {
  candidates_.clear();
  if (++round_ == 0) {  // after 2^32 rounds marks of old could be taken for new
    std::fill(marks_.begin(), marks_.end(), 0);
    round_ = 1;
  }
}

void Engine::add_candidate(uint32_t place) {
  if (marks_[place] == round_) return;
  marks_[place] = round_;
  candidates_.push_back(place);
}

FlowMemo* Engine::ensure_flow_memo() {
  inspect::PacketFlow* flow = scope_.flow();
  if (flow == nullptr) return nullptr;
  if (!flow->memo) {
    auto memo = std::make_unique<FlowMemo>(rule_names());
    memo->generation = generation_;
    flow->memo = std::move(memo);
  }
  return scope_.flow_memo = static_cast<FlowMemo*>(flow->memo.get());
}

inspect::Verdict Engine::on_packet(inspect::PacketContext& context) {
  kept_.clear();
  inspect::PacketFlow* flow = context.flow;
  if (flow != nullptr && flow->dropped && context.ips) {
    context.drop_reason = inspect::DropReason::kFlowDrop;
    return inspect::Verdict::kDrop;
  }
  found_.clear();
  scope_.packet_captures.clear();
  scope_.entropies.clear();
  scope_.context = &context;
  scope_.direction = context.direction;
  scope_.transaction = nullptr;
  scope_.flow_memo = flow == nullptr ? nullptr : static_cast<FlowMemo*>(flow->memo.get());
  keep_up(scope_.flow_memo);
  stream_ready_ = context.stream != nullptr && context.stream->ready();
  bool passed = flow != nullptr && flow->passed;
  if (!passed) look_at_packet();
  if (flow != nullptr && flow->parser) look_at_transactions();
  if (stream_ready_)
    context.stream->inspected(context.stream->window_offset() + context.stream->window().size());
  const inspect::Verdict verdict = tell(context);
  note_packet(context);
  return verdict;
}

// What the packet's record is to say besides its alerts.
void Engine::note_packet(inspect::PacketContext& context) {
  if (!scope_.packet_captures.empty()) context.captured_json = metadata_json();
  if (context.packet.carrier == packet::Carrier::kStreamEnd) return;
  if (scope_.flow_memo != nullptr && !scope_.flow_memo->tags.empty())
    context.tagged = scope_.flow_memo->tags.take(context.packet);
  context.tagged |= hosts_.take_tagged(context.packet);
}

void Engine::on_flow_end(inspect::PacketFlow&) {}

}  // namespace picket::detect::suricata
