// SPDX-License-Identifier: Apache-2.0
#include "view/group_tally.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>

#include "view/order_window.h"

namespace picket::view {
namespace {

constexpr size_t kOrderWindows = 10;  // seconds of history that the order by traffic looks at

uint64_t print_of(const IpAddress& address, uint64_t with) {
  uint64_t high, low;
  std::memcpy(&high, address.bytes().data(), 8);
  std::memcpy(&low, address.bytes().data() + 8, 8);
  return flow::seeded_hash(high, low, with);
}

flow::TextId text_id(Grouping grouping, const flow::Owner& owner) {
  if (grouping == Grouping::kApplication) return owner.application;
  return grouping == Grouping::kUnit ? owner.unit : owner.container;
}

int compare_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : static_cast<int>(c); };
  for (size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (const int difference = lower(a[i]) - lower(b[i])) return difference;
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace

void GroupTally::begin(Grouping grouping, std::string_view selected) {
  grouping_ = grouping;
  selected_ = selected;
  groups_.clear();
  set_used_ = 0;
  if (++frame_ == 0) {  // the stamps have wrapped: none of the old ones may count
    std::fill(frame_by_id_.begin(), frame_by_id_.end(), 0);
    std::fill(frame_by_owner_.begin(), frame_by_owner_.end(), 0);
    std::fill(set_.begin(), set_.end(), Cell{});
    frame_ = 1;
  }
  const size_t ids = std::max<size_t>(table_.texts().ids_end(), table_.owners().ids_end());
  if (group_by_id_.size() < ids) {
    group_by_id_.resize(ids);
    frame_by_id_.resize(ids);
  }
  if (frame_by_owner_.size() < table_.owners().ids_end())
    frame_by_owner_.resize(table_.owners().ids_end());
}

void GroupTally::grow_set() {
  std::vector<Cell> old(set_.empty() ? 1024 : set_.size() * 2);
  old.swap(set_);
  set_used_ = 0;
  for (const Cell& cell : old) {
    uint32_t group = cell.group;
    if (cell.frame == frame_) first_sight(cell.print, group);
  }
}

bool GroupTally::first_sight(uint64_t print, uint32_t& group) {
  if ((set_used_ + 1) * 2 > set_.size()) grow_set();
  const size_t mask = set_.size() - 1;
  for (size_t at = print & mask;; at = (at + 1) & mask) {
    Cell& cell = set_[at];
    if (cell.frame != frame_) {
      cell = Cell{print, group, frame_};
      ++set_used_;
      return true;
    }
    if (cell.print == print) {
      group = cell.group;
      return false;
    }
  }
}

uint32_t GroupTally::new_group(const flow::Flow& flow, uint32_t id) {
  GroupSum& group = groups_.emplace_back();
  group.id = id;
  group.host = flow.remote.address;
  group.sample = flow.owner;
  group.newest = &flow;
  group.selected = selected_.empty() || matches_key(group, selected_);
  return static_cast<uint32_t>(groups_.size() - 1);
}

uint32_t GroupTally::group_of(const flow::Flow& flow, const flow::Owner& owner) {
  if (grouping_ == Grouping::kRemoteHost) {
    auto index = static_cast<uint32_t>(groups_.size());
    // The address alone, with a mark that tells these prints from those of (group, host) pairs.
    if (first_sight(print_of(flow.remote.address, ~uint64_t{0}), index)) new_group(flow, 0);
    return index;
  }
  const uint32_t id = grouping_ == Grouping::kProcess ? flow.owner : text_id(grouping_, owner);
  if (frame_by_id_[id] != frame_) {
    frame_by_id_[id] = frame_;
    group_by_id_[id] = new_group(flow, id);
  }
  return group_by_id_[id];
}

bool GroupTally::add(const flow::Flow& flow) {
  const flow::Owner& owner = table_.owners().at(flow.owner);
  const uint32_t index = group_of(flow, owner);
  GroupSum& group = groups_[index];
  ++(flow.role == event::Role::kListener ? group.listeners : group.flows);
  group.bytes_in += flow.counters.bytes_in;
  group.bytes_out += flow.counters.bytes_out;
  group.steady += static_cast<double>(flow.steady_rate);
  if (flow.open()) {
    group.rate_in += static_cast<double>(flow.rate_in);
    group.rate_out += static_cast<double>(flow.rate_out);
  }
  if (group.newest->opened < flow.opened) group.newest = &flow;
  uint32_t unused = 0;
  if (owner.owner_class == event::OwnerClass::kProcess) {
    if (grouping_ == Grouping::kRemoteHost) {
      // Most hosts are the peer of one process only, so the set is rarely asked.
      if (flow.owner != group.last_owner &&
          first_sight(flow::seeded_hash(index, flow.owner, 1), unused))
        ++group.processes;
      group.last_owner = flow.owner;
    } else if (frame_by_owner_[flow.owner] != frame_) {
      frame_by_owner_[flow.owner] = frame_;
      ++group.processes;
      if (suspicion_ && group.suspicion.empty() && suspicion_->any())
        group.suspicion = suspicion_->of_process(owner.key);
    }
  }
  if (!flow.has_remote()) return group.selected;
  if (group.hosts == 0) {
    group.remote = flow.remote;
    group.hosts = 1;
    if (grouping_ != Grouping::kRemoteHost)
      first_sight(print_of(flow.remote.address, index), unused);
  } else if (flow.remote.address != group.remote.address &&
             first_sight(print_of(flow.remote.address, index), unused)) {
    ++group.hosts;
  }
  group.one_port = group.one_port && flow.remote.port == group.remote.port;
  return group.selected;
}

const flow::TrafficRing* GroupTally::ring(const GroupSum& group) const {
  const auto& owners = table_.owners();
  const auto in = [](const auto& groups, const auto& key) -> const flow::TrafficRing* {
    const uint32_t id = groups.find(key);
    return id == flow::kNoSlot ? nullptr : &groups.ring(id);
  };
  switch (grouping_) {
    case Grouping::kApplication: return in(owners.applications(), group.id);
    case Grouping::kUnit: return in(owners.units(), group.id);
    case Grouping::kContainer: return in(owners.containers(), group.id);
    case Grouping::kRemoteHost: return in(table_.hosts(), group.host);
    case Grouping::kProcess: return &owners.at(group.id).ring;
  }
  return nullptr;
}

void GroupTally::finish(bool whole) {
  if (!whole) return;
  const uint64_t window = table_.window();
  for (GroupSum& group : groups_) {
    const flow::TrafficRing* measured = ring(group);
    if (!measured) continue;
    group.rate_in = measured->in_per_s(window);
    group.rate_out = measured->out_per_s(window);
    group.steady = measured->mean(window, kOrderWindows);
  }
}

std::string_view GroupTally::name(const GroupSum& group) const {
  const flow::TextPool& texts = table_.texts();
  switch (grouping_) {
    case Grouping::kApplication:
    case Grouping::kProcess: return texts.text(table_.owners().at(group.sample).name);
    case Grouping::kRemoteHost: return texts.text(group.newest->name.text);
    case Grouping::kUnit: return group.id == flow::kNoText ? "(no unit)" : texts.text(group.id);
    case Grouping::kContainer:
      return group.id == flow::kNoText ? "(no container)" : texts.text(group.id);
  }
  return {};
}

bool GroupTally::before(const GroupSum& a, const GroupSum& b, GroupOrder order) const {
  if (order == GroupOrder::kTraffic && a.steady != b.steady) return a.steady > b.steady;
  const uint32_t a_count = a.flows + a.listeners, b_count = b.flows + b.listeners;
  if (order == GroupOrder::kFlows && a_count != b_count) return a_count > b_count;
  if (order == GroupOrder::kNewest && a.newest->opened != b.newest->opened)
    return a.newest->opened > b.newest->opened;
  if (grouping_ == Grouping::kRemoteHost && order != GroupOrder::kName) return a.host < b.host;
  const int by_name = compare_without_case(name(a), name(b));
  if (by_name != 0) return by_name < 0;
  if (grouping_ == Grouping::kRemoteHost) return a.host < b.host;
  if (grouping_ == Grouping::kProcess) {
    const auto& owners = table_.owners();
    return owners.at(a.id).key < owners.at(b.id).key;
  }
  return table_.texts().text(a.id) < table_.texts().text(b.id);
}

bool GroupTally::matches_key(const GroupSum& group, std::string_view wanted) const {
  if (grouping_ == Grouping::kProcess || grouping_ == Grouping::kRemoteHost)
    return key(group) == wanted;
  return table_.texts().text(group.id) == wanted ||
         (group.id == flow::kNoText && wanted == key(group));
}

std::string GroupTally::key(const GroupSum& group) const {
  if (grouping_ == Grouping::kRemoteHost) return group.host.text();
  if (grouping_ == Grouping::kProcess) {
    const flow::Owner& owner = table_.owners().at(group.id);
    if (owner.owner_class != event::OwnerClass::kProcess)
      return std::string(table_.texts().text(owner.application));
    return std::to_string(owner.key.pid) + ':' + std::to_string(owner.key.start_ns);
  }
  if (group.id == flow::kNoText) return "none";
  return std::string(table_.texts().text(group.id));
}

const std::vector<uint32_t>& GroupTally::ordered(GroupOrder order, std::string_view around,
                                                 uint32_t& from, uint32_t count) {
  order_.resize(groups_.size());
  std::iota(order_.begin(), order_.end(), 0);
  const auto less = [&](uint32_t a, uint32_t b) { return before(groups_[a], groups_[b], order); };
  if (!around.empty()) {
    const auto wanted = std::find_if(order_.begin(), order_.end(),
                                     [&](uint32_t i) { return matches_key(groups_[i], around); });
    if (wanted != order_.end()) from = window_around(order_, *wanted, count, less);
  }
  order_window(order_, from, count, less);
  return order_;
}

GroupRow GroupTally::row(const GroupSum& group) const {
  GroupRow row;
  const flow::Owner& owner = table_.owners().at(group.sample);
  const std::string_view executable = table_.texts().text(owner.executable);
  row.key = key(group);
  row.name = name(group);
  row.suspicion = group.suspicion;
  if (grouping_ == Grouping::kApplication || grouping_ == Grouping::kProcess)
    row.detail = executable;
  if (grouping_ == Grouping::kProcess && owner.owner_class == event::OwnerClass::kProcess)
    row.name += " (" + std::to_string(owner.key.pid) + ')';
  if (grouping_ == Grouping::kRemoteHost) {
    const bool none = group.host.is_unspecified();
    if (row.name.empty()) row.name = none ? "(no remote)" : row.key;
    if (!none) row.detail = row.key;
  }
  row.processes = group.processes;
  row.flows = group.flows;
  row.listeners = group.listeners;
  row.bytes_in = group.bytes_in;
  row.bytes_out = group.bytes_out;
  row.bytes_in_per_s = group.rate_in;
  row.bytes_out_per_s = group.rate_out;
  row.history.assign(kHistorySeconds, 0);
  if (const flow::TrafficRing* measured = ring(group))
    measured->add_to(table_.window(), row.history.data());
  if (group.hosts == 1)
    row.remote = group.one_port ? group.remote.text() : group.remote.address.text();
  if (group.hosts > 1) row.remote = std::to_string(group.hosts) + " hosts";
  return row;
}

}  // namespace picket::view
