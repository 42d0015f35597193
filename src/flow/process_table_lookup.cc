// SPDX-License-Identifier: Apache-2.0
#include "flow/process_table_lookup.h"

#include "process/cgroup_label.h"

namespace picket::flow {

bool ProcessTableLookup::describe(const event::ProcessKey& key, ProcessBrief& brief) const {
  const process::Process* process = processes_.find(key);
  if (!process || !process->image) return false;
  process::CgroupLabel label = process::describe_cgroup(processes_.cgroup_path(*process));
  user_ = users_.name(process->uid, clock_.mono());
  container_ = label.container();
  unit_ = std::move(label.unit);
  brief.name = process->name();
  brief.executable = process->image->executable.view();
  brief.executable_deleted = process->image->file_deleted;
  brief.executable_is_memfd = process->image->file_is_memfd;
  brief.user = user_;
  brief.unit = unit_;
  brief.container = container_;
  return true;
}

std::optional<event::ProcessFacts> ProcessTableLookup::facts(const event::ProcessKey& key) const {
  if (!processes_.find(key)) return std::nullopt;
  return processes_.facts(key);
}

std::string_view ProcessTableLookup::user_name(uint32_t uid) const {
  return users_.name(uid, clock_.mono());
}

}  // namespace picket::flow
