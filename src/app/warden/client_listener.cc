// SPDX-License-Identifier: Apache-2.0
#include "app/warden/client_listener.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace picket::app::warden {
namespace {

constexpr int kBacklog = 16;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return failure(
        "socket path of " + std::to_string(path.size()) + " bytes: " + path,
        "Give a path of 1 to " + std::to_string(sizeof address.sun_path - 1) + " bytes.");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool somebody_serves(const sockaddr_un& address) {
  // Not waiting: one that is too busy to take us (EAGAIN) is there all the same.
  const UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN;
}

gid_t allowed_group(gid_t otherwise) {
  const struct group* entry = getgrnam("picket");
  return entry ? entry->gr_gid : otherwise;
}

uid_t calling_user() {
  const char* text = std::getenv("SUDO_UID");
  return text ? static_cast<uid_t>(std::strtoul(text, nullptr, 10)) : 0;
}

}  // namespace

Result<UniqueFd> bind_client_socket(const std::string& path, gid_t group) {
  TRY_ASSIGN(const sockaddr_un address, address_of(path));
  std::error_code error;
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (!directory.empty()) std::filesystem::create_directories(directory, error);
  if (error) return system_failure("make " + directory.string(), error.value());
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode))
      return failure(path + " exists and is no socket", "Remove it, or give another --socket.");
    if (somebody_serves(address))
      return failure("another picket already serves " + path,
                     "Look with `picket watch`, or give this one another --socket.");
    unlink(path.c_str());
  }
  UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return system_failure("make a socket");
  const mode_t before = umask(0117);
  const int bound =
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int bind_error = errno;
  umask(before);
  if (bound != 0) return system_failure("bind " + path, bind_error);
  if (listen(listener.get(), kBacklog) != 0) return system_failure("listen on " + path);
  if (geteuid() == 0 && lchown(path.c_str(), calling_user(), allowed_group(group)) != 0)
    return system_failure("hand " + path + " to its users");
  return listener;
}

}  // namespace picket::app::warden
