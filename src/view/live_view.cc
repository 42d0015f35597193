// SPDX-License-Identifier: Apache-2.0
#include "view/live_view.h"

#include <algorithm>
#include <bit>

#include "view/order_window.h"

namespace picket::view {
namespace {

static_assert(flow::kClosedKeptNs == kClosedVisibleNs);
static_assert(flow::kHistoryWindows == kHistorySeconds);

// One moment for a whole frame, so that all its rows agree.
class FrozenClock final : public Clock {
 public:
  explicit FrozenClock(const Clock& clock) : mono_(clock.mono()), wall_(clock.wall()) {}
  MonoTime mono() const override { return mono_; }
  WallTime wall() const override { return wall_; }

 private:
  MonoTime mono_;
  WallTime wall_;
};

bool is_hidden_local(const IpAddress& address) {
  return address.is_loopback() || address.is_broadcast() || address.is_multicast();
}

bool is_local(const flow::Flow& flow) {
  return is_hidden_local(flow.has_remote() ? flow.remote.address : flow.local.address);
}

// The states in the order a reader looks for them.
int state_rank(const flow::Flow& flow) {
  using event::FlowState;
  switch (flow.state) {
    case FlowState::kEstablished: return 0;
    case FlowState::kOpen: return 1;
    case FlowState::kSynSent: return 2;
    case FlowState::kSynReceived: return 3;
    case FlowState::kListen: return 4;
    case FlowState::kUnknown: return 11;
    case FlowState::kClosed: return 12;
    default: return 5;
  }
}

}  // namespace

LiveView::LiveView(const flow::FlowTable& table, const Clock& clock,
                   const SuspicionLookup* suspicion)
    : table_(table), clock_(clock), suspicion_(suspicion), tally_(table, suspicion) {}

const Filter& LiveView::filter_of(const FrameQuery& query, Frame& frame) {
  if (query.filter != filter_text_) {
    filter_text_ = query.filter;
    filter_error_.clear();
    auto parsed = Filter::parse(query.filter);
    if (parsed) {
      filter_ = std::move(*parsed);
    } else {
      filter_ = Filter();
      filter_error_ = parsed.error().message + " (" + parsed.error().next + ')';
    }
  }
  frame.filter_error = filter_error_;
  return filter_;
}

Frame LiveView::frame(const FrameQuery& query, Status status) {
  Frame frame;
  const Filter& filter = filter_of(query, frame);
  collect(query, filter);
  tally_.finish(filter.matches_all() && !query.hide_local);
  add_groups(query, frame);
  add_flows(query, frame);
  frame.status = std::move(status);
  fill(frame.status);
  return frame;
}

void LiveView::collect(const FrameQuery& query, const Filter& filter) {
  shown_.clear();
  tally_.begin(query.grouping, query.selected_group);
  const bool all = filter.matches_all();
  const bool with_place = filter.wants_place();
  table_.visit([&](const flow::Flow& flow) {
    if (query.hide_local && is_local(flow)) return;
    if (!all && !filter.matches(subject_of(table_, flow, with_place))) return;
    if (tally_.add(flow)) shown_.push_back(shown(flow, query.flow_order));
  });
}

void LiveView::add_groups(const FrameQuery& query, Frame& frame) {
  uint32_t from = query.groups_from;
  const uint32_t count = std::min(query.groups_max, kFrameRowsMax);
  const auto& order = tally_.ordered(query.group_order, query.groups_around, from, count);
  frame.groups_total = static_cast<uint32_t>(order.size());
  frame.groups_from = from;
  for (size_t i = from; i < order.size() && i - from < count; ++i)
    frame.groups.push_back(tally_.row(tally_.groups()[order[i]]));
}

LiveView::Shown LiveView::shown(const flow::Flow& flow, FlowOrder order) {
  switch (order) {
    case FlowOrder::kNewest: return {~flow.opened.ns, &flow};
    // Not negative, so its bits are in the order of its values.
    case FlowOrder::kTraffic: return {~uint64_t{std::bit_cast<uint32_t>(flow.steady_rate)}, &flow};
    case FlowOrder::kState: return {static_cast<uint64_t>(state_rank(flow)), &flow};
    case FlowOrder::kRemote:
    case FlowOrder::kLocal:
    case FlowOrder::kProcess: break;
  }
  return {0, &flow};
}

bool LiveView::before(const Shown& one, const Shown& other, FlowOrder order) const {
  if (one.key != other.key) return one.key < other.key;
  const flow::Flow& a = *one.flow;
  const flow::Flow& b = *other.flow;
  if (order == FlowOrder::kTraffic) {
    const uint64_t a_bytes = a.counters.bytes_in + a.counters.bytes_out;
    const uint64_t b_bytes = b.counters.bytes_in + b.counters.bytes_out;
    if (a_bytes != b_bytes) return a_bytes > b_bytes;
  }
  if (order == FlowOrder::kRemote && a.remote != b.remote) return a.remote < b.remote;
  if (order == FlowOrder::kLocal && a.local != b.local) return a.local < b.local;
  if (order == FlowOrder::kProcess) {
    const flow::TextPool& texts = table_.texts();
    const flow::Owner& a_owner = table_.owners().at(a.owner);
    const flow::Owner& b_owner = table_.owners().at(b.owner);
    if (const int by_name = texts.text(a_owner.name).compare(texts.text(b_owner.name)))
      return by_name < 0;
    if (a_owner.key != b_owner.key) return a_owner.key < b_owner.key;
  }
  if (a.opened != b.opened) return a.opened > b.opened;
  return a.serial > b.serial;
}

event::FlowFacts LiveView::facts_of(const flow::Flow& flow, const Clock& frozen) const {
  event::FlowFacts facts = table_.facts(flow, frozen);
  if (suspicion_) suspicion_->mark(facts);
  return facts;
}

FlowRow LiveView::row_of(const flow::Flow& flow, const Clock& frozen) const {
  FlowRow row;
  row.facts = facts_of(flow, frozen);
  row.suspicion = row.facts.suspicion;
  if (!flow.open()) {
    row.age = RowAge::kClosed;
    row.faded = std::min(1.0, static_cast<double>(ns_between(flow.left, table_.now())) /
                                  static_cast<double>(kClosedVisibleNs));
  } else if (!flow.found && ns_between(flow.opened, table_.now()) < kNewVisibleNs) {
    row.age = RowAge::kNew;
  }
  return row;
}

void LiveView::add_flows(const FrameQuery& query, Frame& frame) {
  const FrozenClock frozen(clock_);
  const auto less = [&](const Shown& a, const Shown& b) { return before(a, b, query.flow_order); };
  uint32_t from = query.flows_from;
  const uint32_t count = std::min(query.flows_max, kFrameRowsMax);
  if (!query.flows_around.empty()) {
    const flow::Flow* wanted = table_.find(query.flows_around);
    const auto place = std::find_if(shown_.begin(), shown_.end(),
                                    [&](const Shown& row) { return row.flow == wanted; });
    if (place != shown_.end()) from = window_around(shown_, *place, count, less);
  }
  order_window(shown_, from, count, less);
  frame.flows_total = static_cast<uint32_t>(shown_.size());
  frame.flows_from = from;
  for (size_t i = from; i < shown_.size() && i - from < count; ++i)
    frame.flows.push_back(row_of(*shown_[i].flow, frozen));
  if (!query.selected_flow.empty()) add_details(query, frame, frozen);
}

void LiveView::add_details(const FrameQuery& query, Frame& frame, const Clock& frozen) {
  const flow::Flow* flow = table_.find(query.selected_flow);
  if (!flow) return;
  FlowDetails& details = frame.details.emplace();
  details.flow = facts_of(*flow, frozen);
  const flow::Owner& owner = table_.owners().at(flow->owner);
  if (owner.owner_class != event::OwnerClass::kProcess) return;
  if (table_.around().processes) details.process = table_.around().processes->facts(owner.key);
  std::vector<Shown> others;
  table_.visit([&](const flow::Flow& other) {
    if (other.owner == flow->owner && &other != flow)
      others.push_back(shown(other, FlowOrder::kNewest));
  });
  details.other_flows_total = others.size();
  const auto less = [&](const Shown& a, const Shown& b) {
    return before(a, b, FlowOrder::kNewest);
  };
  order_window(others, 0, kOtherFlowsMax, less);
  for (size_t i = 0; i < others.size() && i < kOtherFlowsMax; ++i)
    details.other_flows.push_back(facts_of(*others[i].flow, frozen));
}

void LiveView::fill(Status& status) const {
  const flow::FlowTotals totals = table_.totals();
  status.now = clock_.wall();
  status.flows_open = totals.open;
  status.listeners = totals.listeners;
  status.flows_per_s = totals.opened_per_s;
  status.bytes_in_per_s = totals.bytes_in_per_s;
  status.bytes_out_per_s = totals.bytes_out_per_s;
  if (totals.seen > 0)
    status.attributed_ratio =
        static_cast<double>(totals.certain) / static_cast<double>(totals.seen);
}

}  // namespace picket::view
