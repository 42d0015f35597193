// SPDX-License-Identifier: Apache-2.0
#include "app/warden/agent_process.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/securebits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>

namespace picket::app::warden {
namespace {

constexpr int kFirstKept = 3;
constexpr int kStopPatienceMs = 3000;
constexpr int kSafeFrom = 64;  // above every number a kept descriptor is moved to

// Between fork and exec only what is async-signal-safe may be called: no memory, no stdio.
[[noreturn]] void child_failed(const char* what) {
  const ssize_t ignored = write(STDERR_FILENO, what, strlen(what));
  (void)ignored;
  _exit(127);
}

void enter_cgroup(const char* file) {
  const int procs = open(file, O_WRONLY | O_CLOEXEC);
  if (procs < 0 || write(procs, "0", 1) != 1) child_failed("picket: could not enter the cgroup\n");
  close(procs);
}

void arrange_descriptors(const std::vector<int>& keep) {
  // First out of the way of each other, then to their places.
  int moved[kSafeFrom];
  for (size_t i = 0; i < keep.size(); ++i) moved[i] = fcntl(keep[i], F_DUPFD_CLOEXEC, kSafeFrom);
  for (size_t i = 0; i < keep.size(); ++i)
    if (dup2(moved[i], kFirstKept + static_cast<int>(i)) < 0)
      child_failed("picket: out of descriptors\n");
  const auto beyond = static_cast<unsigned>(kFirstKept + static_cast<int>(keep.size()));
  syscall(SYS_close_range, beyond, ~0u, CLOSE_RANGE_CLOEXEC);
}

}  // namespace

Result<Account> find_account(const std::string& wanted) {
  const std::string name = wanted.empty() ? "picket" : wanted;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) {
    if (number == 0) return failure("--user 0 is root", "Name a user without rights.");
    return Account{number, number, "uid " + name};
  }
  if (const passwd* entry = getpwnam(name.c_str())) {
    if (entry->pw_uid == 0)
      return failure("--user " + name + " is root", "Name a user without rights.");
    return Account{entry->pw_uid, entry->pw_gid, name};
  }
  if (!wanted.empty()) return failure("no such user: " + wanted, "Create it, or leave --user out.");
  return Account{kUnnamedAccount, kUnnamedAccount, "uid " + std::to_string(kUnnamedAccount)};
}

Result<void> become(const Account& account) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      return system_failure("drop a capability");
  const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
                             SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                             SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) != 0) return system_failure("lock the secure bits");
  if (setgroups(0, nullptr) != 0) return system_failure("leave all groups");
  if (setresgid(account.gid, account.gid, account.gid) != 0)
    return system_failure("change the group");
  if (setresuid(account.uid, account.uid, account.uid) != 0)
    return system_failure("change the user");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_failure("give up new privileges");
  if (setuid(0) == 0 || geteuid() == 0) return failure("root could not be given up");
  return {};
}

Result<Child> start_as(const Account& account, const std::vector<std::string>& arguments,
                       const std::vector<int>& keep, const std::string& cgroup_directory) {
  if (keep.size() > kSafeFrom - kFirstKept) return failure("too many descriptors for one child");
  // By descriptor, because the account may not be able to reach the path.
  const UniqueFd self(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!self) return system_failure("open the own program");
  const std::string procs = cgroup_directory.empty() ? "" : cgroup_directory + "/cgroup.procs";
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int pidfd = -1;
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return system_failure("start another process");
  if (pid == 0) {
    if (!procs.empty()) enter_cgroup(procs.c_str());
    if (!become(account)) child_failed("picket: could not give up root\n");
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    if (getppid() != parent) _exit(0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int program = fcntl(self.get(), F_DUPFD_CLOEXEC, kSafeFrom);
    arrange_descriptors(keep);
    syscall(SYS_execveat, program, "", argv.data(), environ, AT_EMPTY_PATH);
    child_failed("picket: could not start its own program again\n");
  }
  pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return system_failure("hold the process just started");
  return Child{pid, UniqueFd(pidfd)};
}

void stop_child(Child& child) {
  if (child.pid < 0) return;
  syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGTERM, nullptr, 0);
  pollfd ended{child.pidfd.get(), POLLIN, 0};
  if (poll(&ended, 1, kStopPatienceMs) <= 0)
    syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
  waitpid(child.pid, nullptr, 0);
  child = {};
}

}  // namespace picket::app::warden
