// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

namespace picket::app::sandbox {
namespace {

// The exit code of `inside`, run in a child that has locked itself in; 200: it could not.
int run_locked_in(std::span<const Call> more, const std::function<int()>& inside) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool locked =
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_system_calls(more).has_value();
    ::_exit(locked ? inside() : 200);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 201;
}

int refused(long result) { return result == -1 && errno == EPERM ? 0 : 1; }

TEST(Sandbox, ReadsFilesAndWritesWhatIsOpen) {
  const int open_before = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(run_locked_in({},
                          [&] {
                            char byte = 0;
                            const int file = ::open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
                            return file >= 0 && ::read(file, &byte, 1) == 1 &&
                                           ::write(open_before, &byte, 1) == 1
                                       ? 0
                                       : 1;
                          }),
            0);
  ::close(open_before);
}

TEST(Sandbox, RefusesWhatAParserHasNoUseFor) {
  const auto refuses = [](const std::function<long()>& call) {
    return run_locked_in({}, [&] { return refused(call()); }) == 0;
  };
  EXPECT_TRUE(refuses([] { return ::open("/dev/null", O_WRONLY | O_CLOEXEC); }));
  EXPECT_TRUE(refuses([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }));
  EXPECT_TRUE(refuses([] { return ::socket(AF_INET, SOCK_STREAM, 0); }));
  EXPECT_TRUE(refuses([] { return ::execl("/bin/true", "true", nullptr); }));
  EXPECT_TRUE(refuses([] { return ::kill(1, 0); }));
  EXPECT_TRUE(refuses([] { return ::fork(); }));
  EXPECT_TRUE(refuses([] { return ::unlink("/nonexistent"); }));
  EXPECT_TRUE(refuses([] {
    void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1L : 0L;
  }));
  EXPECT_TRUE(refuses([] {
    void* memory =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return static_cast<long>(::mprotect(memory, 4096, PROT_READ | PROT_EXEC));
  }));
}

TEST(Sandbox, GrantsWhatIsAskedForUnderItsConditions) {
  static constexpr Condition kOnlyWidth[] = {{1, ~uint64_t{0}, TIOCGWINSZ}};
  const Call more[] = {{SYS_ioctl, kOnlyWidth}, {SYS_kill, {}}};
  EXPECT_EQ(run_locked_in(more,
                          [] {
                            winsize size{};
                            const bool asked =
                                ::ioctl(-1, TIOCGWINSZ, &size) == -1 && errno == EBADF;
                            int count = 0;
                            const bool other = refused(::ioctl(-1, FIONREAD, &count)) == 0;
                            return asked && other && ::kill(::getpid(), 0) == 0 ? 0 : 1;
                          }),
            0);
}

TEST(Sandbox, HoldsForThreadsThatWereThereBefore) {
  const pid_t child = ::fork();
  if (child == 0) {
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(10);
    int outcome = 11;
    std::thread other([&] {
      char byte = 0;
      [[maybe_unused]] const ssize_t count = ::read(ends[0], &byte, 1);
      outcome = refused(::socket(AF_INET, SOCK_STREAM, 0));
    });
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const bool locked = filter_system_calls({}).has_value();
    [[maybe_unused]] const ssize_t count = ::write(ends[1], "x", 1);
    other.join();
    ::_exit(locked ? outcome : 200);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Sandbox, FilesCannotBeChangedEvenWithoutTheFilter) {
  char path[] = "/tmp/picket_sandbox_XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_GE(file, 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!forbid_changing_files()) ::_exit(100);
    const bool open_still_writes = ::write(file, "x", 1) == 1;
    const bool opens = ::open(path, O_WRONLY | O_CLOEXEC) != -1;
    const bool removes = ::unlink(path) == 0;
    ::_exit(open_still_writes && !opens && !removes ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(file);
  ::unlink(path);
  if (WEXITSTATUS(status) == 100) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace picket::app::sandbox
