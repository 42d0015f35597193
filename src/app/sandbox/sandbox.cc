// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "base/unique_fd.h"

namespace picket::app::sandbox {
namespace {

// What every parsing process of picket calls once its threads are there.
constexpr int kCommon[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(dup),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(fadvise64),
    // memory and threads
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    // time, waiting, signals to itself
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // who and where it is
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
};

constexpr Condition to_be_read_only(unsigned argument) {
  return {argument, O_ACCMODE | O_CREAT, O_RDONLY};
}
constexpr Condition kOpenatToRead[] = {to_be_read_only(2)};
constexpr Condition kOpenToRead[] = {to_be_read_only(1)};
constexpr Condition kNotExecutable[] = {{2, PROT_EXEC, 0}};
constexpr Call kConditional[] = {
    {SCMP_SYS(openat), kOpenatToRead},
    {SCMP_SYS(open), kOpenToRead},
    {SCMP_SYS(mmap), kNotExecutable},
    {SCMP_SYS(mprotect), kNotExecutable},
};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}

  void allow(const Call& call) {
    if (error_ != 0 || !context_) return;
    std::vector<scmp_arg_cmp> comparisons;
    for (const Condition& condition : call.conditions)
      comparisons.push_back(
          {condition.argument, SCMP_CMP_MASKED_EQ, condition.mask, condition.value});
    error_ = seccomp_rule_add_array(context_.get(), SCMP_ACT_ALLOW, call.number,
                                    static_cast<unsigned>(comparisons.size()), comparisons.data());
  }

  Result<void> load() {
    if (!context_) return failure("seccomp: out of memory");
    if (error_ == 0) error_ = seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    if (error_ == 0) error_ = seccomp_load(context_.get());
    if (error_ != 0) return system_failure("seccomp", -error_);
    return {};
  }

 private:
  struct Release {
    void operator()(void* context) const { seccomp_release(context); }
  };
  std::unique_ptr<void, Release> context_;
  int error_ = 0;
};

Result<void> allow_files_in(const UniqueFd& ruleset, const std::string& folder) {
  const UniqueFd opened(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  landlock_path_beneath_attr allowed{};
  allowed.allowed_access =
      LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;
  allowed.parent_fd = opened.get();
  if (!opened ||
      syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &allowed, 0) != 0)
    return system_failure("Landlock");
  return {};
}

}  // namespace

Result<void> forbid_changing_files(const std::string& except_in) {
  landlock_ruleset_attr rules{};
  rules.handled_access_fs =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
      LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
      LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
  const UniqueFd ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (ruleset && !except_in.empty()) TRY(allow_files_in(ruleset, except_in));
  if (!ruleset || syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return system_failure("Landlock");
  return {};
}

Result<void> filter_system_calls(std::span<const Call> more) {
  Filter filter;
  for (const int number : kCommon) filter.allow({number, {}});
  for (const Call& call : kConditional) filter.allow(call);
  for (const Call& call : more) filter.allow(call);
  return filter.load();
}

}  // namespace picket::app::sandbox
