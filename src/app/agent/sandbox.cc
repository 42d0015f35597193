// SPDX-License-Identifier: Apache-2.0
#include "app/agent/sandbox.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/msdos_fs.h>
#include <seccomp.h>
#include <sys/ioctl.h>

#include <iterator>
#include <vector>

#include "app/sandbox/sandbox.h"

namespace picket::app::agent {
namespace {

using sandbox::Condition;

constexpr uint64_t kExactly = ~uint64_t{0};
constexpr Condition kLookUp[] = {{0, kExactly, BPF_MAP_LOOKUP_ELEM}};
// Whether a file of a stick is hidden.
constexpr Condition kHiddenFlag[] = {{1, kExactly, FAT_IOCTL_GET_ATTRIBUTES}};

// What the agent does after its start beyond what every parsing process does.
constexpr sandbox::Call kCalls[] = {
    {SCMP_SYS(access), {}},
    {SCMP_SYS(faccessat), {}},
    {SCMP_SYS(faccessat2), {}},
    {SCMP_SYS(getdents64), {}},
    {SCMP_SYS(membarrier), {}},
    {SCMP_SYS(epoll_wait), {}},
    {SCMP_SYS(epoll_pwait), {}},
    {SCMP_SYS(epoll_ctl), {}},
    // talking over what is open, and taking clients
    {SCMP_SYS(accept4), {}},
    {SCMP_SYS(sendmsg), {}},
    {SCMP_SYS(recvmsg), {}},
    {SCMP_SYS(sendto), {}},
    {SCMP_SYS(recvfrom), {}},
    {SCMP_SYS(getsockopt), {}},
    {SCMP_SYS(getsockname), {}},
    {SCMP_SYS(shutdown), {}},
    {SCMP_SYS(bpf), kLookUp},
    {SCMP_SYS(ioctl), kHiddenFlag},
};

// What SQLite does to its files besides. Where they may be is Landlock's and the account's affair.
constexpr Condition kOpenToWrite[] = {{2, O_ACCMODE | O_TRUNC | O_APPEND, O_RDWR}};
constexpr sandbox::Call kHistoryCalls[] = {
    {SCMP_SYS(pwrite64), {}},         {SCMP_SYS(ftruncate), {}}, {SCMP_SYS(fsync), {}},
    {SCMP_SYS(fdatasync), {}},        {SCMP_SYS(unlink), {}},    {SCMP_SYS(fchmod), {}},
    {SCMP_SYS(openat), kOpenToWrite},
};

// What serving HTTP over a socket that listens already takes besides.
constexpr Condition kNotWaiting[] = {{1, kExactly, FIONBIO}};
constexpr sandbox::Call kConsoleCalls[] = {
    {SCMP_SYS(accept), {}},          {SCMP_SYS(getpeername), {}}, {SCMP_SYS(setsockopt), {}},
    {SCMP_SYS(timerfd_settime), {}}, {SCMP_SYS(statfs), {}},      {SCMP_SYS(ioctl), kNotWaiting},
};

}  // namespace

bool confine_writer(const std::string& folder) {
  return sandbox::forbid_changing_files(folder).has_value();
}

Result<Sandbox> enter_sandbox(bool history, bool console) {
  Sandbox entered;
  if (auto done = sandbox::forbid_changing_files())
    entered.landlock = true;
  else
    entered.note = "no Landlock (" + done.error().message + "); ";
  std::vector<sandbox::Call> calls(std::begin(kCalls), std::end(kCalls));
  if (console) calls.insert(calls.end(), std::begin(kConsoleCalls), std::end(kConsoleCalls));
  if (history) calls.insert(calls.end(), std::begin(kHistoryCalls), std::end(kHistoryCalls));
  TRY(sandbox::filter_system_calls(calls));
  entered.seccomp = true;
  return entered;
}

}  // namespace picket::app::agent
