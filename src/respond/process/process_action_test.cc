// SPDX-License-Identifier: Apache-2.0
#include "respond/process/process_action.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace picket::respond {
namespace {

// A child that runs `inside`, then waits; gone with the test.
class Child {
 public:
  explicit Child(const std::function<void()>& inside = {}) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (inside) inside();
      [[maybe_unused]] const ssize_t told = ::write(ends[1], "x", 1);
      while (true) ::pause();
    }
    char byte = 0;
    ::close(ends[1]);
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
    ::close(ends[0]);
  }
  ~Child() { end(); }
  void end() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  uint32_t pid() const { return static_cast<uint32_t>(pid_); }

 private:
  pid_t pid_ = -1;
};

HeldProcess held(uint32_t pid) {
  auto process = HeldProcess::hold(pid);
  EXPECT_TRUE(process) << process.error().text();
  return std::move(*process);
}

// The tests' own program is the children's too, which why_spared() takes for picket.
constexpr ProcessOrder kKill{ProcessAct::kKill, false, true};

TEST(ProcessAction, KillsTheProcessThatIsHeld) {
  Child child;
  const auto outcomes = act_on(held(child.pid()), kKill);
  ASSERT_TRUE(outcomes) << outcomes.error().text();
  ASSERT_EQ(outcomes->size(), 1u);
  EXPECT_TRUE((*outcomes)[0].done);
  EXPECT_EQ((*outcomes)[0].after, "ended");
}

TEST(ProcessAction, SuspendsAndResumes) {
  Child child;
  auto outcomes = act_on(held(child.pid()), {ProcessAct::kSuspend, false, true});
  ASSERT_TRUE(outcomes);
  EXPECT_EQ((*outcomes)[0].after, "suspended (T)");
  outcomes = act_on(held(child.pid()), {ProcessAct::kResume, false, true});
  ASSERT_TRUE(outcomes);
  EXPECT_EQ((*outcomes)[0].before, "suspended (T)");
  EXPECT_NE((*outcomes)[0].after, "suspended (T)");
}

TEST(ProcessAction, AnotherStartIsAnotherProcess) {
  Child child;
  const uint64_t start = held(child.pid()).found().key.start_ns;
  EXPECT_TRUE(HeldProcess::hold(child.pid(), start));
  const auto other = HeldProcess::hold(child.pid(), start + event::kClockTickNs);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ESRCH);
}

// What the kernel guarantees and all of this rests on: a held process that has ended is not the
// next one with its number.
TEST(ProcessAction, AHeldProcessThatEndedIsNeverAnother) {
  Child child;
  HeldProcess process = held(child.pid());
  child.end();
  EXPECT_TRUE(process.ended());
  EXPECT_FALSE(process.look());
  EXPECT_FALSE(process.signal(SIGKILL));
  EXPECT_FALSE(HeldProcess::hold(process.found().key.pid, process.found().key.start_ns));
}

TEST(ProcessAction, KillsATreeThatKeepsForking) {
  Child child([] {
    // A line of descendants, the last of which forks for as long as it lives.
    if (::fork() == 0 && ::fork() == 0)
      for (int i = 0; i < 300 && ::fork() != 0; ++i) ::sched_yield();
  });
  const auto outcomes = act_on(held(child.pid()), {ProcessAct::kKill, true, true});
  ASSERT_TRUE(outcomes) << outcomes.error().text();
  EXPECT_GE(outcomes->size(), 2u);
  for (const ProcessOutcome& outcome : *outcomes) EXPECT_EQ(outcome.after, "ended");
}

TEST(ProcessAction, SparesWhatEverythingRestsOn) {
  const auto all = parents_now();
  ProcessFound first;
  first.key.pid = 1;
  EXPECT_NE(why_spared(first, true, all), "");
  ProcessFound kernel;
  kernel.key.pid = 4000;
  kernel.kernel_thread = true;
  EXPECT_NE(why_spared(kernel, true, all), "");
  ProcessFound self;
  self.key.pid = static_cast<uint32_t>(::getpid());
  EXPECT_NE(why_spared(self, true, all), "");
}

TEST(ProcessAction, SparesPicketAndTheCallersAncestorsUnlessTheCallerKnows) {
  Child child;  // runs this program
  const auto refused = act_on(held(child.pid()), {ProcessAct::kSuspend, false, false});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("is picket"), std::string::npos);
  EXPECT_NE(refused.error().next.find("--i-know"), std::string::npos);
  const ProcessFound parent = held(static_cast<uint32_t>(::getppid())).found();
  if (parent.key.pid == 1) GTEST_SKIP() << "started by process 1 itself";
  const auto all = parents_now();
  EXPECT_NE(why_spared(parent, false, all).find("was started from"), std::string::npos);
  EXPECT_EQ(why_spared(parent, true, all), "");
}

TEST(ProcessAction, TreeWithAProcessThatIsSparedIsLeftAlone) {
  // This very process is below its parent: the tree of the parent holds it.
  const auto parent = static_cast<uint32_t>(::getppid());
  if (parent == 1) GTEST_SKIP() << "started by process 1 itself";
  const auto outcomes = act_on(held(parent), {ProcessAct::kResume, true, true});
  ASSERT_FALSE(outcomes);
}

TEST(ProcessAction, AnUnprivilegedCallerCannotActOnOthersProcesses) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root to become another";
  Child child;
  const pid_t other = ::fork();
  if (other == 0) {
    if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    auto process = HeldProcess::hold(child.pid());
    if (!process) ::_exit(0);
    const auto outcomes = act_on(std::move(*process), kKill);
    ::_exit(outcomes && !(*outcomes)[0].done && (*outcomes)[0].done.error().code == EPERM ? 0 : 1);
  }
  int status = 0;
  ::waitpid(other, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(held(child.pid()).ended());
}

}  // namespace
}  // namespace picket::respond
