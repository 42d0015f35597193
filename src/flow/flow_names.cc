// SPDX-License-Identifier: Apache-2.0
// How flows of the table come by the names of their peers.
#include <cstring>

#include "base/counter.h"
#include "flow/flow_table.h"

namespace picket::flow {
namespace {

Counter early_max{"flow.name_early_max", "names dropped because their flows stayed unknown"};
Counter recent_max{"flow.recent_max", "flows not named by late answers: too many new ones at once"};
Counter news_max{"flow.late_answers_max", "late answers not tied to open flows: too many at once"};

bool names_its_flow(event::NameSource source) {
  return source == event::NameSource::kTlsSni || source == event::NameSource::kHttpHost;
}

}  // namespace

size_t FlowTable::AddressHash::operator()(const AddressKey& key) const {
  uint64_t high, low;
  std::memcpy(&high, key.address.bytes().data(), 8);
  std::memcpy(&low, key.address.bytes().data() + 8, 8);
  return seeded_hash(high, low, key.network_namespace);
}

void FlowTable::apply(const event::NameSeen& seen) {
  advance(seen.at);
  if (names_its_flow(seen.source)) {
    if (!seen.name.empty() && seen.name.size() <= kNameLengthMax) name_by_cookie(seen);
    return;
  }
  names_.learn(seen);
  if (recent_.empty()) return;
  for (size_t i = 0; i < seen.addresses.size() && i < kAddressesPerAnswerMax; ++i)
    if (news_.size() < kLateAnswersMax)
      news_.push_back({seen.network_namespace, seen.addresses[i]});
    else
      news_max.add();
}

void FlowTable::name_at_open(uint32_t slot) {
  Flow& flow = store_.at(slot);
  name_from_answers(flow);
  if (const auto early = early_.find(flow.cookie); early != early_.end()) {
    if (flow.role == event::Role::kClient || flow.role == event::Role::kUnknown)
      name_flow(flow, early->second.tag);
    texts_.release(early->second.tag.text);
    early_.erase(early);
  }
  if (!flow.has_remote()) return;
  if (recent_.size() >= kRecentFlowsMax) {
    recent_max.add();
    recent_.pop_front();
  }
  recent_.push_back({slot, flow.serial});
}

void FlowTable::name_from_answers(Flow& flow) {
  if (!flow.has_remote()) return;
  const auto tag = names_.find(flow.network_namespace, flow.remote.address,
                               owners_.at(flow.owner).key, flow.opened);
  if (tag) name_flow(flow, *tag);
}

void FlowTable::name_flow(Flow& flow, const NameTag& tag) {
  const TextId before = flow.name.text;
  flow.changed = flow.changed || before != tag.text || flow.name.source != tag.source;
  texts_.hold(tag.text);
  flow.name = tag;
  texts_.release(before);
}

// SNI and Host name the one flow they were read from, and overrule an answer. They name the side
// that was called, so on an inbound flow they are this machine's name and not the peer's.
void FlowTable::name_by_cookie(const event::NameSeen& seen) {
  NameTag tag{texts_.acquire(seen.name), 0, seen.at, seen.source};
  const uint32_t slot = store_.find(seen.cookie, false, {});
  if (slot != kNoSlot) {
    Flow& flow = store_.at(slot);
    if (flow.role != event::Role::kServer && flow.role != event::Role::kListener)
      name_flow(flow, tag);
    texts_.release(tag.text);
    return;
  }
  if (early_order_.size() >= kEarlyNamesMax) {
    if (const auto oldest = early_.find(early_order_.front()); oldest != early_.end()) {
      early_max.add();
      texts_.release(oldest->second.tag.text);
      early_.erase(oldest);
    }
    early_order_.pop_front();
  }
  const auto [place, added] = early_.try_emplace(seen.cookie, EarlyName{tag, seen.cookie});
  if (added) {
    early_order_.push_back(seen.cookie);
  } else {
    texts_.release(place->second.tag.text);
    place->second.tag = tag;
  }
}

// Flows that were opened just before an answer was handled get their names now.
void FlowTable::name_recent() {
  while (!recent_.empty()) {
    const Flow& flow = store_.at(recent_.front().slot);
    const bool same = flow.live && flow.serial == recent_.front().serial;
    if (same && flow.opened.ns + kNameLateNs + kNsPerSecond > now_.ns) break;
    recent_.pop_front();
  }
  if (news_.empty()) return;
  std::unordered_map<AddressKey, bool, AddressHash> fresh;
  for (const AddressKey& key : news_) fresh.emplace(key, true);
  news_.clear();
  for (const Recent& recent : recent_) {
    Flow& flow = store_.at(recent.slot);
    if (!flow.live || flow.serial != recent.serial || names_its_flow(flow.name.source)) continue;
    if (fresh.contains({flow.network_namespace, flow.remote.address})) name_from_answers(flow);
  }
}

}  // namespace picket::flow
