// SPDX-License-Identifier: Apache-2.0
#include "app/agent/lookups.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "process/cgroup_label.h"
#include "process/file_identity.h"

namespace picket::app::agent {

bool ProcessAnswers::describe(const event::ProcessKey& key, flow::ProcessBrief& brief) const {
  const process::Process* found = table_.find(key);
  if (!found || !found->image) return false;
  brief.name = found->name();
  brief.executable = found->image->executable.view();
  user_ = users_.name(found->uid, clock_.mono());
  const process::CgroupLabel label = process::describe_cgroup(table_.cgroup_path(*found));
  unit_ = label.unit;
  container_ = label.container();
  brief.user = user_;
  brief.unit = unit_;
  brief.container = container_;
  return true;
}

std::optional<event::ProcessFacts> ProcessAnswers::facts(const event::ProcessKey& key) const {
  if (!table_.find(key)) return std::nullopt;
  return table_.facts(key);
}

std::string_view ProcessAnswers::user_name(uint32_t uid) const { return users_.name(uid, clock_.mono()); }

flow::Place GeoAnswers::find(const IpAddress& address) const {
  if (!geo_) return {};
  const detect::intel::Geo& geo = geo_->lookup(address);
  return {geo.country, geo.as_number, geo.as_organization};
}

std::string_view NamespaceDirectory::name(uint32_t network_namespace) const {
  if (network_namespace == own_) return {};
  const auto found = names_.find(network_namespace);
  return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

void NamespaceDirectory::refresh(const std::vector<warden::NamespaceAnswer>& spaces,
                                 process::ProcessTable& processes) {
  names_.clear();
  for (const warden::NamespaceAnswer& space : spaces) {
    std::string label = space.name;
    if (label.empty() && space.pid != 0)
      if (const process::Process* resident = processes.find_running(space.pid))
        label = process::describe_cgroup(processes.cgroup_path(*resident)).container();
    if (!label.empty()) names_.emplace(space.inode, std::move(label));
  }
}

Result<UniqueFd> ExecutableOpener::open_executable(const event::ProcessKey& key, const std::string& path,
                                                   const event::FileIdentity& identity) {
  auto opened = direct_.open_executable(key, path, identity);
  if (opened) return opened;
  auto file = warden_.ask_for_descriptor(warden::Ask::kOpenExecutable, key.pid, key.start_ns);
  if (!file) return opened;
  struct stat status{};
  if (fstat(file->get(), &status) != 0 || !process::same_file(identity, process::identity_of(status)))
    return opened;
  return file;
}

}  // namespace picket::app::agent
