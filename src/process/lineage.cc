// SPDX-License-Identifier: Apache-2.0
#include "process/lineage.h"

#include "base/counter.h"

namespace picket::process {
namespace {

Counter lineage_cut{"process.lineage_cut",
                    "chains of parents shortened: too many exited processes above one another"};

}  // namespace

Lineage::Member Lineage::add(const event::ProcessKey& key, Member parent) {
  Member member;
  if (free_.empty()) {
    member = static_cast<Member>(members_.size());
    members_.emplace_back();
  } else {
    member = free_.back();
    free_.pop_back();
  }
  members_[member].key = key;
  members_[member].uses = 1;
  members_[member].alive = true;
  link(member, parent);
  return member;
}

void Lineage::link(Member member, Member parent) {
  if (parent == kNone || members_[member].parent != kNone) return;
  if (size() > members_max_) {
    lineage_cut.add();
    return;
  }
  // A parent starts before its child, or in the same tick. So a circle could only close among
  // members of one start, and only they need to be looked at.
  const uint64_t start_ns = members_[member].key.start_ns;
  if (members_[parent].key.start_ns > start_ns) return;
  for (Member above = parent; above != kNone && members_[above].key.start_ns == start_ns;
       above = members_[above].parent)
    if (above == member) return;
  members_[member].parent = parent;
  ++members_[parent].uses;
  cut_above(member);
}

void Lineage::cut_above(Member member) {
  Member above = member;
  for (size_t depth = 0; above != kNone && depth < 2 * kDepthMax; ++depth) {
    Ancestor& last = members_[above];
    above = last.parent;
    if (depth < kDepthMax || last.alive || last.parent == kNone) continue;
    const Member rest = std::exchange(last.parent, kNone);
    lineage_cut.add();
    release(rest);
    return;
  }
}

void Lineage::release(Member member) {
  while (member != kNone && --members_[member].uses == 0) {
    const Member parent = members_[member].parent;
    members_[member] = Ancestor();
    free_.push_back(member);
    member = parent;
  }
}

}  // namespace picket::process
