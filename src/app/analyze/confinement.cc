// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/confinement.h"

#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

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

Result<void> drop_root() {
  if (geteuid() != 0) return {};
  TRY_ASSIGN(const warden::Account account, warden::find_account(""));
  return warden::become(account);
}

void add(Shortfall& shortfall, const Result<void>& done) {
  if (!done) shortfall += (shortfall.empty() ? "" : "; ") + done.error().message;
}

}  // namespace

Shortfall give_up_rights() {
  Shortfall shortfall;
  add(shortfall, drop_root());
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) add(shortfall, system_failure("no_new_privs"));
  add(shortfall, sandbox::forbid_changing_files());
  return shortfall;
}

Shortfall filter_system_calls() {
  Shortfall shortfall;
  add(shortfall, sandbox::filter_system_calls(kCalls));
  return shortfall;
}

}  // namespace picket::app::analyze
