// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "event/vocabulary.h"

// Who holds which socket, from the descriptor links under /proc/PID/fd. Collecting and matching are
// apart, so that a privileged process can collect and one without rights can match: SocketOwner is
// a plain value of fixed layout, fit to be sent over a socket pair.
namespace picket::sensor::fallback {

constexpr size_t kSocketHoldersMax = 524'288;
constexpr size_t kThreadsLookedAtMax = 64;  // of a process whose first thread has ended

struct SocketOwner {
  uint64_t inode = 0;
  uint64_t start_ns = 0;  // ProcessKey.start_ns, whole clock ticks
  uint32_t pid = 0;
  uint32_t reserved = 0;
};
static_assert(sizeof(SocketOwner) == 24);

struct SocketOwners {
  std::vector<SocketOwner> holders;  // once per (inode, process)
  uint32_t processes = 0;            // looked into
  uint32_t processes_denied = 0;     // whose descriptors may not be listed
  // Nothing that exists was out of sight: no process denied, hidden (hidepid) or outside this pid
  // namespace, no limit hit. Only then "nobody holds it" may be said of a socket without holder.
  bool complete = false;
};

// One pass over all processes of ROOT. Descriptors in flight over a UNIX socket, or only registered
// with io_uring, have no link anywhere and are not found.
SocketOwners collect_socket_owners(const std::string& proc_root = "/proc");

// Finds the owner among the holders.
class OwnerIndex {
 public:
  OwnerIndex() = default;
  explicit OwnerIndex(std::vector<SocketOwner> holders);

  struct Found {
    event::ProcessKey owner;  // pid 0: nobody holds it
    bool shared = false;      // more than one process does
  };
  // Of several holders the owner is: not pid 1 (it passes listening sockets on and keeps a copy);
  // then, for a socket that was called (`accepted`), the youngest: workers are forked to serve it;
  // for any other the oldest: who opened it came before whom it was inherited by. Ties go to the
  // lower pid. The answer does not depend on when one looks, only on who holds it then.
  Found find(uint64_t inode, bool accepted) const;
  size_t size() const { return holders_.size(); }

 private:
  std::vector<SocketOwner> holders_;  // by inode, start, pid
};

}  // namespace picket::sensor::fallback
