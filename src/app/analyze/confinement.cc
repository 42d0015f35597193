// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/confinement.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <vector>

#include "app/analyze/kept_files.h"
#include "app/sandbox/sandbox.h"
#include "app/warden/agent_process.h"

namespace picket::app::analyze {
namespace {

constexpr sandbox::Call kCalls[] = {
    // what is added to a history: a file that is open
    {SCMP_SYS(pwrite64), {}},
    {SCMP_SYS(ftruncate), {}},
    {SCMP_SYS(ioctl), {}},  // is it a terminal, and how wide
    {SCMP_SYS(mmap), {}},   // executable too: regular expressions are compiled while rules are read
};

// What KeptFiles does: makes a file that is not there, names it, removes it.
const sandbox::Condition kMadeAnew[] = {
    {2, O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_NOFOLLOW,
     static_cast<uint64_t>(KeptFiles::kCreateFlags & ~O_CLOEXEC)}};
const sandbox::Call kKeepingCalls[] = {
    {SCMP_SYS(openat), kMadeAnew},
    {SCMP_SYS(renameat), {}},
    {SCMP_SYS(renameat2), {}},
    {SCMP_SYS(unlinkat), {}},
};

Result<void> drop_root() {
  if (geteuid() != 0) return {};
  TRY_ASSIGN(const warden::Account account, warden::find_account(""));
  return warden::become(account);
}

void add(Shortfall& shortfall, const Result<void>& done) {
  if (!done) shortfall += (shortfall.empty() ? "" : "; ") + done.error().message;
}

}  // namespace

Shortfall give_up_rights(std::optional<int> folder) {
  Shortfall shortfall;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) add(shortfall, system_failure("no_new_privs"));
  // Before root goes: the account may not be let into the folders above.
  add(shortfall, sandbox::forbid_changing_files(folder ? "/proc/self/fd/" + std::to_string(*folder)
                                                       : std::string()));
  add(shortfall, drop_root());
  return shortfall;
}

Shortfall filter_system_calls(bool keeps_files) {
  std::vector<sandbox::Call> calls(std::begin(kCalls), std::end(kCalls));
  if (keeps_files) calls.insert(calls.end(), std::begin(kKeepingCalls), std::end(kKeepingCalls));
  Shortfall shortfall;
  add(shortfall, sandbox::filter_system_calls(calls));
  return shortfall;
}

}  // namespace picket::app::analyze
