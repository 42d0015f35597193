// SPDX-License-Identifier: Apache-2.0
// Rules on transactions of application protocols.
#include <algorithm>

#include "base/counter.h"
#include "detect/suricata/app_protocols.h"
#include "detect/suricata/engine.h"
#include "inspect/file/file_body.h"

namespace picket::detect::suricata {
namespace {

using inspect::Direction;
using inspect::Transaction;

Counter pending_max{"suricata.pending_max",
                    "rules not looked at because a transaction had too many candidates"};

bool direction_fits(const Rule& rule, Direction direction) {
  if (rule.has(kToServer)) return direction == Direction::kToServer;
  if (rule.has(kToClient)) return direction == Direction::kToClient;
  return true;
}

}  // namespace

void Engine::look_at_transactions() {
  for (auto& transaction : scope_.flow()->parser->transactions())
    if (!transaction->inspected[inspect::index(scope_.direction)])
      look_at_transaction(*transaction);
  scope_.transaction = nullptr;
}

void Engine::add_pending(TxMemo::Side& side, uint32_t rule) {
  auto place = std::lower_bound(side.pending.begin(), side.pending.end(), rule,
                                [](const TxMemo::Pending& p, uint32_t r) { return p.rule < r; });
  if (place != side.pending.end() && place->rule == rule) return;
  if (side.pending.size() == TxMemo::kPendingMax && candidates_mode_ == Candidates::kPrefiltered) {
    pending_max.add();
    return;
  }
  side.pending.insert(place, {rule, 0, false, false});
}

void Engine::search_once(const Prefilter::SlotGroup& slot, TxMemo::Side&) {
  for (size_t index = 0;; ++index) {
    auto view = buffers_.get(slot.slot, scope_.direction, index);
    if (!view) break;
    auto on_match = [&](uint32_t pattern, size_t) {
      for (uint32_t place : slot.group.rules_of(pattern)) add_candidate(place);
    };
    slot.group.index.scan(view->bytes, scratch_, on_match);
  }
}

// True when there was something new to look at.
bool Engine::search_growing(const Prefilter::SlotGroup& slot, TxMemo& memo, TxMemo::Side& side) {
  bool looked = false;
  bool transforms = !set_.slots[slot.slot].transforms.empty();
  for (uint32_t index = 0;; ++index) {
    auto view = buffers_.get(slot.slot, scope_.direction, index);
    if (!view) break;
    TxMemo::Searched& searched = memo.searched(side, slot.slot, index);
    uint64_t end = view->base + view->bytes.size();
    if (searched.up_to > end || (searched.up_to == end && !(view->ends_here && end == 0))) continue;
    if (!view->ends_here && end - searched.up_to < kBodyStep) continue;
    size_t before = slot.group.index.longest();
    uint64_t from = transforms ? 0 : searched.up_to - std::min<uint64_t>(searched.up_to, before);
    size_t skip = from > view->base ? static_cast<size_t>(from - view->base) : 0;
    auto on_match = [&](uint32_t pattern, size_t) {
      for (uint32_t place : slot.group.rules_of(pattern)) add_candidate(place);
    };
    slot.group.index.scan(view->bytes.subspan(std::min(skip, view->bytes.size())), scratch_,
                          on_match);
    searched.up_to = end;
    looked = true;
  }
  return looked;
}

bool Engine::search_slots(Transaction& transaction, TxMemo& memo, TxMemo::Side& side) {
  const Prefilter::TxPlan& plan = prefilter_.tx_plan(transaction.protocol, scope_.direction);
  int progress = transaction.progress(scope_.direction);
  bool first = side.progress<0, further = progress> side.progress, looked = first || further;
  begin_candidates();
  if (first)
    for (uint32_t place : plan.plain_rules) add_candidate(place);
  if (candidates_mode_ == Candidates::kAll) {
    looked = true;
    if (first)
      for (const auto* slots : {&plan.slots, &plan.growing})
        for (const Prefilter::SlotGroup* slot : *slots)
          for (uint32_t place : slot->group.rules) add_candidate(place);
  } else {
    for (const Prefilter::SlotGroup* slot : plan.growing)
      looked = search_growing(*slot, memo, side) || looked;
    if (further || progress == Transaction::kDone)
      for (const Prefilter::SlotGroup* slot : plan.slots) {
        const int wanted = set_.slots[slot->slot].info()->progress;
        if (wanted <= progress &&
            (wanted > side.progress || (wanted == 0 && progress == Transaction::kDone)))
          search_once(*slot, side);
      }
  }
  for (uint32_t place : candidates_) {
    const Rule& rule = set_.rules[place];
    if (rule.has(kTransactional) &&
        std::find(memo.fired_both_ways.begin(), memo.fired_both_ways.end(), place) !=
            memo.fired_both_ways.end())
      continue;
    if ((covers(rule.app, transaction.protocol) || carries(transaction.protocol, rule.app)) &&
        (direction_fits(rule, scope_.direction) || rule.has(kTransactional)))
      add_pending(side, place);
  }
  side.progress = progress;
  return looked;
}

bool Engine::tx_header_matches(const Rule& rule) const {
  if (!rule.has(kTransactional)) return header_matches(rule);
  const inspect::PacketFlow& flow =
      *scope_.flow();  // client to server, whichever way this packet goes
  if (rule.source != 0 && !set_.addresses[rule.source].contains(flow.client.address)) return false;
  if (rule.destination != 0 && !set_.addresses[rule.destination].contains(flow.server.address))
    return false;
  if (rule.source_ports != 0 && !set_.ports[rule.source_ports].contains(flow.client.port))
    return false;
  return rule.destination_ports == 0 ||
         set_.ports[rule.destination_ports].contains(flow.server.port);
}

// A rule of both directions fires once, whichever direction completes it.
void Engine::finish_both_ways(TxMemo& memo, uint32_t rule) {
  memo.fired_both_ways.push_back(rule);
  for (TxMemo::Side& side : memo.sides)
    for (TxMemo::Pending& pending : side.pending)
      if (pending.rule == rule) pending.finished = true;
}

void Engine::evaluate_pending(TxMemo& memo, TxMemo::Side& side) {
  for (TxMemo::Pending& pending : side.pending) {
    if (pending.finished) continue;
    const RuleCosts::Evaluation measured(costs_, pending.rule);
    const Rule& rule = set_.rules[pending.rule];
    scope_.rule = &rule;
    if (!pending.header_holds) {
      pending.header_holds =
          tx_header_matches(rule) &&
          !(rule.http1_only && scope_.transaction->protocol != inspect::AppProtocol::kHttp);
      pending.finished = !pending.header_holds;
    }
    if (pending.finished || !flow_state_matches(rule)) continue;
    ensure_flow_memo();
    scope_.evidence = {};
    scope_.evidence_buffer = {};
    scope_.context_json.clear();
    if (!packet_checks_match(rule) || !packet_buffers_match(rule)) continue;
    bool waits = false, on_stream = false;
    for (size_t i = 0; i < rule.tx_checks.size() && !pending.finished; ++i) {
      if ((pending.matched >> std::min<size_t>(i, 63) & 1) != 0 && i < 63) continue;
      TxOutcome outcome = rule.tx_checks[i]->evaluate(scope_, buffers_);
      if (outcome == TxOutcome::kMatch)
        pending.matched |= uint64_t{1} << std::min<size_t>(i, 63);
      else if (outcome == TxOutcome::kNever)
        pending.finished = true;
      else
        waits = true;
    }
    if (pending.finished || waits) continue;
    if (!rule.payload.empty() && !payload_matches(rule, on_stream)) continue;
    pending.finished = true;
    if (rule.has(kTransactional)) finish_both_ways(memo, pending.rule);
    note_match(pending.rule, on_stream);
  }
}

void Engine::look_at_transaction(Transaction& transaction) {
  size_t way = inspect::index(scope_.direction);
  const Prefilter::TxPlan& plan = prefilter_.tx_plan(transaction.protocol, scope_.direction);
  bool passed = scope_.flow()->passed,
       done = transaction.progress(scope_.direction) == Transaction::kDone;
  if (!plan.empty() && !passed) {
    auto* memo = static_cast<TxMemo*>(transaction.memo.get());
    keep_up(memo);
    if (memo == nullptr) {
      spare_memo_.clear();
      spare_memo_.generation = generation_;
      memo = &spare_memo_;
    }
    buffers_.begin(set_, transaction);
    scope_.transaction = &transaction;
    if (search_slots(transaction, *memo, memo->sides[way]) || done)
      evaluate_pending(*memo, memo->sides[way]);
    bool other_done = transaction.inspected[1 - way];
    if ((!done || !other_done) && memo == &spare_memo_ &&
        (!done || !memo->fired_both_ways.empty())) {
      auto kept = std::make_unique<TxMemo>();
      std::swap(*kept, spare_memo_);
      transaction.memo = std::move(kept);
    }
  }
  if (done) transaction.inspected[way] = true;
}

}  // namespace picket::detect::suricata
