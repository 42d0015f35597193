// SPDX-License-Identifier: Apache-2.0
#include "app/agent/lookups.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "process/cgroup_label.h"
#include "process/file_identity.h"
#include "sensor/procfs/process_reader.h"

namespace picket::app::agent {

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

std::optional<event::ProcessKey> process_with_pid(uint32_t pid) {
  const auto pulse = sensor::procfs::read_pulse("/proc", pid);
  if (!pulse) return std::nullopt;
  return pulse->key;
}

Result<UniqueFd> ExecutableOpener::open_executable(const event::ProcessKey& key,
                                                   const std::string& path,
                                                   const event::FileIdentity& identity) {
  auto opened = direct_.open_executable(key, path, identity);
  if (opened) return opened;
  auto file = warden_.ask_for_descriptor(warden::Ask::kOpenExecutable, key.pid, key.start_ns);
  if (!file) return opened;
  struct stat status {};
  if (fstat(file->get(), &status) != 0 ||
      !process::same_file(identity, process::identity_of(status)))
    return opened;
  return file;
}

}  // namespace picket::app::agent
