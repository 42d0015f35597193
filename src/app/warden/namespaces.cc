// SPDX-License-Identifier: Apache-2.0
#include "app/warden/namespaces.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

namespace picket::app::warden {
namespace {

constexpr const char* kNamedSpaces = "/run/netns";

uint32_t inode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<uint32_t>(status.st_ino) : 0;
}

void each_entry(const char* directory, const std::function<void(const char*)>& visit) {
  DIR* entries = opendir(directory);
  if (!entries) return;
  while (const dirent* entry = readdir(entries))
    if (entry->d_name[0] != '.') visit(entry->d_name);
  closedir(entries);
}

std::string path_of(const NamespaceAnswer& space) {
  return space.pid ? "/proc/" + std::to_string(space.pid) + "/ns/net"
                   : std::string(kNamedSpaces) + "/" + space.name;
}

}  // namespace

std::vector<NamespaceAnswer> list_namespaces() {
  std::vector<NamespaceAnswer> spaces;
  std::unordered_map<uint32_t, size_t> known;
  const auto note = [&](uint32_t inode, uint32_t pid, const char* name) {
    if (inode == 0) return;
    const auto [place, fresh] = known.try_emplace(inode, spaces.size());
    if (fresh) {
      if (spaces.size() >= kNamespacesMax) {
        known.erase(place);
        return;
      }
      spaces.push_back({.inode = inode, .pid = pid});
    }
    if (name) std::snprintf(spaces[place->second].name, sizeof spaces[0].name, "%s", name);
  };
  each_entry("/proc", [&](const char* name) {
    const std::string_view digits = name;
    uint32_t pid = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    if (error != std::errc() || end != digits.data() + digits.size()) return;
    note(inode_of(std::string("/proc/") + name + "/ns/net"), pid, nullptr);
  });
  each_entry(kNamedSpaces, [&](const char* name) {
    if (std::strlen(name) < sizeof spaces[0].name)
      note(inode_of(std::string(kNamedSpaces) + "/" + name), 0, name);
  });
  return spaces;
}

Result<UniqueFd> open_in_namespace(uint32_t inode,
                                   const std::function<Result<UniqueFd>()>& open_there) {
  const UniqueFd home(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!home) return system_failure("open the own network namespace");
  struct stat here {};
  fstat(home.get(), &here);
  if (inode == 0 || inode == here.st_ino) return open_there();
  for (const NamespaceAnswer& space : list_namespaces()) {
    if (space.inode != inode) continue;
    const UniqueFd there(open(path_of(space).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!there || fstat(there.get(), &status) != 0 || status.st_ino != inode) break;
    if (setns(there.get(), CLONE_NEWNET) != 0) return system_failure("enter the network namespace");
    auto opened = open_there();
    if (setns(home.get(), CLONE_NEWNET) != 0) std::abort();
    return opened;
  }
  return system_failure("network namespace " + std::to_string(inode), ESRCH);
}

}  // namespace picket::app::warden
