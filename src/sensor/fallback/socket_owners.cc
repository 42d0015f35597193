// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/socket_owners.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <tuple>

#include "base/counter.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_reader.h"
#include "sensor/procfs/process_text.h"

namespace picket::sensor::fallback {
namespace {

Counter holders_over_limit{"sensor.procfs.socket_holders_over_limit",
                           "descriptor scans cut short: more socket descriptors than picket keeps"};

constexpr uint64_t kInitialPidNamespace = 0xEFFFFFFC;  // PROC_PID_INIT_INO, a kernel constant
constexpr uint64_t kCapSysPtrace = uint64_t{1} << 19;

UniqueFd open_directory(int from, const char* name) {
  return UniqueFd(::openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

enum class Listing { kRead, kEmpty, kDenied, kGone };

// Appends the inodes of the sockets among the descriptors listed in the open directory.
Listing list_sockets(const UniqueFd& descriptors, std::vector<uint64_t>& inodes) {
  if (!descriptors) return errno == EACCES || errno == EPERM ? Listing::kDenied : Listing::kGone;
  bool any = false;
  bool read = procfs::visit_numbers(descriptors.get(), [&](uint32_t, const char* text) {
    any = true;
    // "socket:[18446744073709551615]" fits; longer links are no sockets.
    char link[40];
    ssize_t length = ::readlinkat(descriptors.get(), text, link, sizeof link);
    if (length <= 0 || link[0] != 's') return true;
    auto inode = procfs::parse_inode_link({link, static_cast<size_t>(length)}, "socket");
    if (inode) inodes.push_back(*inode);
    return inodes.size() < kSocketHoldersMax;
  });
  if (!read) return errno == EACCES || errno == EPERM ? Listing::kDenied : Listing::kGone;
  return any ? Listing::kRead : Listing::kEmpty;
}

// When the first thread has ended, the process' own directory shows no descriptors though the other
// threads still hold them.
void list_thread_sockets(const UniqueFd& descriptors, uint32_t pid, std::vector<uint64_t>& inodes) {
  UniqueFd tasks = open_directory(descriptors.get(), "../task");
  size_t looked_at = 0;
  procfs::visit_numbers(tasks.get(), [&](uint32_t thread, const char* text) {
    if (thread == pid) return true;
    UniqueFd of_thread = open_directory(tasks.get(), (std::string(text) + "/fd").c_str());
    // Threads share one table unless they asked not to: the first that has any will do.
    return list_sockets(of_thread, inodes) != Listing::kRead && ++looked_at < kThreadsLookedAtMax;
  });
}

// What is read relative to the open descriptor directory is of that one process, or fails: a pid
// given away meanwhile cannot slip in.
void add_process(int proc_root, const char* pid_text, uint32_t pid, SocketOwners& owners,
                 std::vector<uint64_t>& inodes) {
  inodes.clear();
  UniqueFd descriptors = open_directory(proc_root, (std::string(pid_text) + "/fd").c_str());
  Listing listing = list_sockets(descriptors, inodes);
  if (listing != Listing::kGone) ++owners.processes;
  if (listing == Listing::kDenied) ++owners.processes_denied;
  if (listing == Listing::kEmpty) list_thread_sockets(descriptors, pid, inodes);
  if (inodes.empty()) return;
  auto text = procfs::read_file(descriptors.get(), "../stat");
  auto stat = text ? procfs::parse_stat(*text) : std::nullopt;
  if (!stat) return;  // ended meanwhile: no longer a holder
  std::sort(inodes.begin(), inodes.end());
  inodes.erase(std::unique(inodes.begin(), inodes.end()), inodes.end());
  uint64_t start_ns = procfs::start_ns_from_ticks(stat->start_ticks);
  for (uint64_t inode : inodes) {
    owners.holders.push_back({.inode = inode, .start_ns = start_ns, .pid = pid});
  }
}

// Whether this process can see every process and look into each.
bool sees_everything(const std::string& proc_root) {
  auto text = procfs::read_file(proc_root + "/self/status");
  auto status = text ? procfs::parse_status(*text) : std::nullopt;
  if (!status || (status->capabilities & kCapSysPtrace) == 0) return false;
  auto link = procfs::read_link(AT_FDCWD, (proc_root + "/self/ns/pid").c_str());
  return link && procfs::parse_inode_link(*link, "pid") == kInitialPidNamespace;
}

}  // namespace

SocketOwners collect_socket_owners(const std::string& proc_root) {
  SocketOwners owners;
  std::vector<uint64_t> inodes;
  bool limited = false;
  UniqueFd root = open_directory(AT_FDCWD, proc_root.c_str());
  bool read = procfs::visit_numbers(root.get(), [&](uint32_t pid, const char* text) {
    add_process(root.get(), text, pid, owners, inodes);
    limited = owners.holders.size() >= kSocketHoldersMax;
    return !limited;
  });
  if (limited) {
    holders_over_limit.add();
    owners.holders.resize(kSocketHoldersMax);
  }
  owners.complete = read && !limited && owners.processes_denied == 0 && sees_everything(proc_root);
  return owners;
}

OwnerIndex::OwnerIndex(std::vector<SocketOwner> holders) : holders_(std::move(holders)) {
  std::sort(holders_.begin(), holders_.end(), [](const SocketOwner& a, const SocketOwner& b) {
    return std::tie(a.inode, a.start_ns, a.pid) < std::tie(b.inode, b.start_ns, b.pid);
  });
}

OwnerIndex::Found OwnerIndex::find(uint64_t inode, bool accepted) const {
  auto by_inode = [](const SocketOwner& holder, uint64_t wanted) { return holder.inode < wanted; };
  auto first = std::lower_bound(holders_.begin(), holders_.end(), inode, by_inode);
  Found found;
  size_t count = 0;
  for (auto holder = first; holder != holders_.end() && holder->inode == inode; ++holder) {
    ++count;
    bool better = found.owner.pid == 0 || found.owner.pid == 1 ||
                  (accepted && holder->pid != 1 && holder->start_ns > found.owner.start_ns);
    if (better) found.owner = {holder->pid, holder->start_ns};
  }
  found.shared = count > 1;
  return found;
}

}  // namespace picket::sensor::fallback
