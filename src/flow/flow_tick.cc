// SPDX-License-Identifier: Apache-2.0
// What the passing of time does to the flow table: counters, rates, histories, expiry.
#include <algorithm>

#include "base/counter.h"
#include "flow/flow_table.h"

namespace picket::flow {
namespace {

// How much of the newest window enters the smoothed rate: about five seconds to follow a change.
constexpr float kSmoothing = 0.25f;

Counter closed_unseen{"flow.closed_unseen",
                      "flows whose end was noticed although its record was lost"};

}  // namespace

void FlowTable::tick(MonoTime now, const event::FlowCounterSource* source) {
  advance(now);
  if (window_began_.ns == 0) window_began_ = now_;
  if (source) read_counters(*source);
  const uint64_t passed_ns = ns_between(window_began_, now_);
  if (passed_ns >= kNsPerSecond) {
    // Windows nobody ticked in stay empty; their traffic is spread over the time that passed.
    window_ += passed_ns / kNsPerSecond;
    roll_window(static_cast<double>(passed_ns) / static_cast<double>(kNsPerSecond));
    window_began_ = now_;
  }
  expire();
  name_recent();
}

void FlowTable::read_counters(const event::FlowCounterSource& source) {
  for (uint32_t slot = 0; slot < store_.slots_end(); ++slot) {
    Flow& flow = store_.at(slot);
    if (!flow.live || flow.counter_slot == 0 || flow.list == FlowList::kClosed) continue;
    event::FlowCounters counters;
    event::FlowState state = event::FlowState::kUnknown;
    MonoTime last_packet;
    if (!source.read(flow.counter_slot, flow.cookie, counters, state, last_packet)) {
      slot_gone(slot);
      continue;
    }
    flow.slot_lost = {};
    counters.known = true;
    const bool more = merge_counters(flow, counters);
    if (flow.list == FlowList::kIdle) {
      event::SocketSeen seen;
      seen.at = last_packet;
      seen.state = state;
      if (more) reopen(slot, seen);
      continue;
    }
    if (state != event::FlowState::kUnknown && state != event::FlowState::kClosed &&
        state != flow.state) {
      flow.state = state;
      flow.changed = true;
    }
    if (!more) {
      end_if_silent(slot);
      continue;
    }
    flow.changed = true;
    flow.last_seen = std::max(flow.last_seen, std::min(last_packet, now_));
    store_.move(slot, flow.list);
    if (flow.per_peer) store_.touch_peer(slot);
  }
}

// The kernel gives a slot back when the flow ends. A flow whose closing record does not come soon
// after has ended without it: the record was lost.
void FlowTable::slot_gone(uint32_t slot) {
  Flow& flow = store_.at(slot);
  if (!flow.open()) return;
  if (flow.slot_lost.ns == 0) flow.slot_lost = now_;
  if (ns_between(flow.slot_lost, now_) < kClosingRecordPatienceNs) return;
  closed_unseen.add();
  close(slot, flow.slot_lost, FlowList::kClosed);
}

// An unanswered FIN is sent again, after twice as long each time (RFC 6298, 5.5), and each goes
// past the hooks. Silence for longer means that the end came and nobody was told: kernels skip a
// tracing program now and then.
void FlowTable::end_if_silent(uint32_t slot) {
  Flow& flow = store_.at(slot);
  const bool awaits_answer = flow.state == event::FlowState::kFinWait1 ||
                             flow.state == event::FlowState::kClosing ||
                             flow.state == event::FlowState::kLastAck;
  if (!awaits_answer) {
    flow.fin_sent = {};
    return;
  }
  if (flow.fin_sent.ns == 0) flow.fin_sent = now_;
  const uint64_t resent_for =
      flow.last_seen > flow.fin_sent ? ns_between(flow.fin_sent, flow.last_seen) : 0;
  const MonoTime last_sign = std::max(flow.last_seen, flow.fin_sent);
  if (ns_between(last_sign, now_) < kFinResentNs + 2 * resent_for) return;
  closed_unseen.add();
  close(slot, flow.last_seen, FlowList::kClosed);
}

void FlowTable::roll_window(double seconds) {
  for (uint32_t slot = 0; slot < store_.slots_end(); ++slot) {
    Flow& flow = store_.at(slot);
    if (!flow.live || !flow.open()) continue;
    const auto in = static_cast<double>(flow.counters.bytes_in - flow.window_in) / seconds;
    const auto out = static_cast<double>(flow.counters.bytes_out - flow.window_out) / seconds;
    flow.rate_in = static_cast<float>(in);
    flow.rate_out = static_cast<float>(out);
    flow.steady_rate += kSmoothing * (flow.rate_in + flow.rate_out - flow.steady_rate);
    if (flow.steady_rate < 1) flow.steady_rate = 0;
    settle(flow);
    if (flow.changed) tell(event::FlowEvent::kUpdated, flow);
  }
  owners_.roll(window_, seconds);
  hosts_.roll(window_, seconds);
  hosts_.forget(window_, [](const IpAddress&) {});
  opened_per_s_ = static_cast<double>(opened_in_window_) / seconds;
  bytes_in_per_s_ = static_cast<double>(carried_in_window_.in) / seconds;
  bytes_out_per_s_ = static_cast<double>(carried_in_window_.out) / seconds;
  opened_in_window_ = 0;
  carried_in_window_ = {};
}

void FlowTable::expire() {
  for (uint32_t slot = store_.oldest(FlowList::kPeers); slot != kNoSlot;
       slot = store_.oldest(FlowList::kPeers)) {
    const Flow& flow = store_.at(slot);
    if (ns_between(flow.last_seen, now_) < kPeerIdleNs) break;
    close(slot, flow.last_seen, FlowList::kIdle);
  }
  for (uint32_t slot = store_.oldest(FlowList::kIdle); slot != kNoSlot;
       slot = store_.oldest(FlowList::kIdle)) {
    if (ns_between(store_.at(slot).left, now_) < kIdleKeptNs) break;
    remove(slot);
  }
  for (uint32_t slot = store_.oldest(FlowList::kClosed); slot != kNoSlot;
       slot = store_.oldest(FlowList::kClosed)) {
    if (ns_between(store_.at(slot).left, now_) < kClosedKeptNs) break;
    remove(slot);
  }
}

}  // namespace picket::flow
