// SPDX-License-Identifier: Apache-2.0
#include "flow/owner_table.h"

#include <string>

#include "base/counter.h"

namespace picket::flow {
namespace {

Counter groups_full{"flow.groups_max",
                    "applications, units or containers shown without a history: too many"};

// Every owner is asked for again within this many windows.
constexpr size_t kRefreshWindows = 8;

std::string_view base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// A script is an application of its own, told from its interpreter by its name. The prefixes keep a
// process from passing for another kind of owner by its name.
std::string application_of(std::string_view executable, std::string_view name) {
  if (executable.empty()) return "name:" + std::string(name);
  if (name.empty() || name == base_name(executable)) return std::string(executable);
  return std::string(executable) + ' ' + std::string(name);
}

std::string_view class_name(event::OwnerClass owner_class) {
  switch (owner_class) {
    case event::OwnerClass::kKernel: return "kernel";
    case event::OwnerClass::kNone: return "(no process)";
    case event::OwnerClass::kHidden: return "(hidden)";
    case event::OwnerClass::kLost: return "(lost)";
    case event::OwnerClass::kProcess: break;
  }
  return "(unknown)";
}

}  // namespace

size_t OwnerTable::KeyHash::operator()(
    const std::pair<event::OwnerClass, event::ProcessKey>& key) const {
  return seeded_hash(key.second.pid, key.second.start_ns / event::kClockTickNs,
                     static_cast<uint64_t>(key.first));
}

OwnerTable::OwnerTable(TextPool& texts, const Surroundings& around)
    : texts_(texts), around_(around) {}

OwnerTable::~OwnerTable() {
  for (const Owner& owner : owners_)
    if (owner.held) around_.processes->release(owner.key);
}

OwnerId OwnerTable::hold(event::OwnerClass owner_class, const event::ProcessKey& key,
                         std::string_view command) {
  const bool is_process = owner_class == event::OwnerClass::kProcess;
  const event::ProcessKey wanted = is_process ? key : event::ProcessKey{};
  if (const auto found = by_key_.find({owner_class, wanted}); found != by_key_.end()) {
    ++owners_[found->second].flows;
    return found->second;
  }
  OwnerId id;
  if (free_.empty()) {
    id = static_cast<OwnerId>(owners_.size());
    owners_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  Owner& owner = owners_[id];
  owner = Owner{};
  owner.key = wanted;
  owner.owner_class = owner_class;
  owner.flows = 1;
  by_key_.emplace(std::pair{owner_class, wanted}, id);
  if (!is_process) {
    name_class(owner);
    return id;
  }
  texts_.assign(owner.name, command.empty() ? class_name(owner_class) : command);
  resolve(owner);
  return id;
}

void OwnerTable::name_class(Owner& owner) {
  texts_.assign(owner.name, class_name(owner.owner_class));
  texts_.assign(owner.application, "owner:" + std::string(text(owner.owner_class)));
  owner.resolved = true;
  assign_group(applications_, owner.application_group, owner.application);
  assign_group(units_, owner.unit_group, owner.unit);
  assign_group(containers_, owner.container_group, owner.container);
}

void OwnerTable::resolve(Owner& owner) {
  ProcessBrief brief;
  owner.resolved = around_.processes && around_.processes->describe(owner.key, brief);
  if (owner.resolved) {
    if (!owner.held) owner.held = around_.processes->hold(owner.key);
    if (!brief.name.empty()) texts_.assign(owner.name, brief.name);
    texts_.assign(owner.executable, brief.executable);
    owner.executable_deleted = brief.executable_deleted;
    owner.executable_is_memfd = brief.executable_is_memfd;
    texts_.assign(owner.user, brief.user);
    texts_.assign(owner.unit, brief.unit);
    texts_.assign(owner.container, brief.container);
  }
  const std::string application =
      application_of(texts_.text(owner.executable), texts_.text(owner.name));
  if (texts_.assign(owner.application, application)) flush(owner);
  assign_group(applications_, owner.application_group, owner.application);
  assign_group(units_, owner.unit_group, owner.unit);
  assign_group(containers_, owner.container_group, owner.container);
}

void OwnerTable::resolve(const event::ProcessKey& key) {
  if (const OwnerId id = find(key); id != kNoSlot) resolve(owners_[id]);
}

OwnerId OwnerTable::find(const event::ProcessKey& key) const {
  const auto found = by_key_.find({event::OwnerClass::kProcess, key});
  return found == by_key_.end() ? kNoSlot : found->second;
}

void OwnerTable::assign_group(TextGroups& groups, uint32_t& group, TextId text) {
  if (group != kNoSlot && groups.key(group) == text) return;
  release_group(groups, group);
  const bool is_new = groups.find(text) == kNoSlot;
  group = groups.add(text);
  if (group == kNoSlot) {
    groups_full.add();
    return;
  }
  if (is_new) texts_.hold(text);  // the group's own; released when it is forgotten
  groups.hold(group);
}

void OwnerTable::release_group(TextGroups& groups, uint32_t& group) {
  if (group != kNoSlot) groups.release(group);
  group = kNoSlot;
}

void OwnerTable::release(OwnerId id) {
  Owner& owner = owners_[id];
  if (--owner.flows > 0) return;
  flush(owner);
  by_key_.erase({owner.owner_class, owner.key});
  if (owner.held) around_.processes->release(owner.key);
  release_group(applications_, owner.application_group);
  release_group(units_, owner.unit_group);
  release_group(containers_, owner.container_group);
  for (const TextId text :
       {owner.name, owner.executable, owner.user, owner.unit, owner.container, owner.application})
    texts_.release(text);
  owner = Owner{};
  free_.push_back(id);
}

void OwnerTable::carry(OwnerId id, const Carried& bytes) {
  Owner& owner = owners_[id];
  if (!owner.pending.any()) touched_.push_back(id);
  owner.pending.in += bytes.in;
  owner.pending.out += bytes.out;
}

// Hands what the owner carried in this window to its groups ahead of time, because it leaves them.
void OwnerTable::flush(Owner& owner) {
  if (!owner.pending.any()) return;
  if (owner.application_group != kNoSlot)
    applications_.carry(owner.application_group, owner.pending);
  if (owner.unit_group != kNoSlot) units_.carry(owner.unit_group, owner.pending);
  if (owner.container_group != kNoSlot) containers_.carry(owner.container_group, owner.pending);
  owner.pending = {};
}

void OwnerTable::roll(uint64_t window, double seconds) {
  for (const OwnerId id : touched_) {
    Owner& owner = owners_[id];
    if (!owner.pending.any()) continue;
    owner.ring.add(window, static_cast<double>(owner.pending.in) / seconds,
                   static_cast<double>(owner.pending.out) / seconds);
    flush(owner);
  }
  touched_.clear();
  for (TextGroups* groups : {&applications_, &units_, &containers_}) {
    groups->roll(window, seconds);
    groups->forget(window, [&](TextId text) { texts_.release(text); });
  }
  const size_t some = owners_.size() / kRefreshWindows + 1;
  for (size_t i = 0; i < some && i < owners_.size(); ++i) {
    refresh_next_ = refresh_next_ + 1 < owners_.size() ? refresh_next_ + 1 : 0;
    Owner& owner = owners_[refresh_next_];
    if (owner.flows > 0 && owner.owner_class == event::OwnerClass::kProcess) resolve(owner);
  }
}

}  // namespace picket::flow
