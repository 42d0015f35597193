// SPDX-License-Identifier: Apache-2.0
// The part of ProcessTable that puts together what is known of one process.
#include "process/cgroup_label.h"
#include "process/cgroup_names.h"
#include "process/executable_catalog.h"
#include "process/process_table.h"
#include "process/user_names.h"

namespace picket::process {
namespace {

constexpr uint32_t kNoLogin = 0xffffffff;

}  // namespace

event::ProcessFacts ProcessTable::facts(const event::ProcessKey& key) {
  event::ProcessFacts facts;
  facts.key = key;
  facts.started = boot_time_.wall(key.start_ns);
  const Process* process = find_mutable(key);
  if (!process) return facts;
  facts.key = process->key;
  facts.started = boot_time_.wall(process->key.start_ns);
  if (process->exited) facts.exited = process->exited_wall;
  add_origin_facts(*process, facts);
  add_image_facts(*process, facts);
  add_parent_facts(*process, facts);
  return facts;
}

std::string_view ProcessTable::cgroup_path(const Process& process) {
  if (!process.cgroup_path.empty()) return process.cgroup_path.view();
  if (!context_.cgroups) return {};
  return context_.cgroups->path(process.cgroup_id, context_.clock->mono());
}

void ProcessTable::add_origin_facts(const Process& process, event::ProcessFacts& facts) {
  const MonoTime now = context_.clock->mono();
  facts.uid = process.uid;
  if (context_.users) facts.user = context_.users->name(process.uid, now);
  if (process.login_uid != kNoLogin) {
    facts.login_uid = process.login_uid;
    if (context_.users) facts.login_user = context_.users->name(process.login_uid, now);
  }
  facts.session_id = process.session_id;
  facts.terminal = process.terminal.str();
  facts.cgroup_id = process.cgroup_id;
  facts.cgroup = cgroup_path(process);
  CgroupLabel label = describe_cgroup(facts.cgroup);
  facts.container = label.container();
  facts.unit = std::move(label.unit);
  facts.container_id = std::move(label.container_id);
  facts.pid_in_namespace = process.pid_in_namespace;
}

void ProcessTable::add_image_facts(const Process& process, event::ProcessFacts& facts) const {
  if (!process.image) return;
  const Image& image = *process.image;
  facts.name = image.name.str();
  facts.command = image.command.str();
  facts.executable = image.executable.str();
  facts.executable_deleted = image.file_deleted;
  facts.executable_is_memfd = image.file_is_memfd;
  facts.kernel_thread = image.kernel_thread;
  facts.standard_streams_socket = image.standard_streams_socket;
  facts.invoked_as = image.invoked_as.str();
  facts.arguments = arguments(image);
  facts.arguments_truncated = image.arguments_truncated;
  facts.working_directory = image.working_directory.str();
  facts.file = image.file;
  if (!context_.executables || !image.file.known()) return;
  const ExecutableIdentity* identity = context_.executables->find(image.file);
  if (!identity) {
    facts.sha256_note = "not looked at: too many other files were waiting";
    return;
  }
  facts.sha256 = identity->sha256;
  facts.sha256_note = identity->sha256_note;
  facts.package = identity->package;
  facts.package_version = identity->package_version;
  facts.package_match = identity->package_match;
  facts.package_note = identity->package_note;
}

void ProcessTable::add_parent_facts(const Process& process, event::ProcessFacts& facts) {
  Lineage::Member above = lineage_.at(process.member).parent;
  while (above != Lineage::kNone && facts.parents.size() < Lineage::kDepthMax) {
    const Lineage::Ancestor& ancestor = lineage_.at(above);
    facts.parents.push_back({ancestor.key, boot_time_.wall(ancestor.key.start_ns),
                             ancestor.name.str(), ancestor.executable.str()});
    above = ancestor.parent;
  }
  // A parent that was never seen is still named by its key.
  if (facts.parents.empty() && process.parent.pid != 0) {
    const uint64_t start_ns = process.parent.start_ns;
    facts.parents.push_back(
        {process.parent, start_ns ? boot_time_.wall(start_ns) : WallTime{}, {}, {}});
  }
}

}  // namespace picket::process
