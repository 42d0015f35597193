// SPDX-License-Identifier: Apache-2.0
#include "app/warden/process_files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace picket::app::warden {
namespace {

constexpr const char* kAfterName =
    " S 1 70 65 34819 70 4194304 1 0 0 0 5 6 0 0 20 0 1 0 123456 1000 200\n";

TEST(StartTicks, WhateverTheProcessCallsItself) {
  for (const std::string name :
       {"x", "", "a b", ")", "((((", ") S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 99 1", "new\nline",
        "x) R 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 7"})
    EXPECT_EQ(start_ticks("77 (" + name + ")" + kAfterName), 123456u) << name;
  const std::string binary("\0\x01\xff\x1b[2J", 7);
  EXPECT_EQ(start_ticks("77 (" + binary + ")" + kAfterName), 123456u);
}

TEST(StartTicks, HostileTextGivesNothing) {
  const std::string whole = std::string("77 (x)") + kAfterName;
  const size_t field = whole.find("123456");
  for (size_t size = 0; size <= field; ++size)
    EXPECT_FALSE(start_ticks(whole.substr(0, size))) << size;
  for (const char* value : {"-1", "x", " 5", "", "99999999999999999999999"}) {
    std::string text = whole;
    EXPECT_FALSE(start_ticks(text.replace(field, 6, value))) << value;
  }
  EXPECT_FALSE(start_ticks(""));
  EXPECT_FALSE(start_ticks(")"));
  EXPECT_FALSE(start_ticks(std::string(5000, ')')));
  EXPECT_FALSE(start_ticks(std::string(5000, ' ')));
  EXPECT_FALSE(
      start_ticks("no parenthesis 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23"));
}

event::ProcessKey key_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return {static_cast<uint32_t>(pid), start_ticks(text).value_or(0) * event::kClockTickNs};
}

TEST(HeldProcess, ThisOne) {
  const auto held = HeldProcess::hold(key_of(getpid()));
  ASSERT_TRUE(held) << held.error().text();
  const auto links = held->links();
  ASSERT_TRUE(links);
  struct stat self {};
  ASSERT_EQ(stat("/proc/self/exe", &self), 0);
  EXPECT_EQ(links->inode, self.st_ino);
  EXPECT_EQ(links->size, static_cast<uint64_t>(self.st_size));
  EXPECT_EQ(std::string(links->executable),
            std::filesystem::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(std::string(links->working_directory), std::filesystem::current_path().string());
  EXPECT_NE(links->network_namespace, 0u);
  const auto file = held->open_executable();
  ASSERT_TRUE(file);
  struct stat opened {};
  ASSERT_EQ(fstat(file->get(), &opened), 0);
  EXPECT_EQ(opened.st_ino, self.st_ino);
}

TEST(HeldProcess, AnotherLifeOfThePidIsNotIt) {
  event::ProcessKey key = key_of(getpid());
  key.start_ns += event::kClockTickNs;
  const auto held = HeldProcess::hold(key);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, ESRCH);
  EXPECT_EQ(HeldProcess::hold({key.pid, 0}).error().code, ESRCH);
}

TEST(HeldProcess, NoSuchPid) {
  for (const uint32_t pid : {uint32_t{INT32_MAX}, 0u, UINT32_MAX})
    EXPECT_EQ(HeldProcess::hold({pid, 1}).error().code, ESRCH) << pid;
}

// Held while it lives, it is still that process after its end: it answers nothing, and whoever gets
// its pid is not looked at.
TEST(HeldProcess, StaysTheOneThatEnded) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  ASSERT_GT(child, 0);
  const auto held = HeldProcess::hold(key_of(child));
  ASSERT_TRUE(held) << held.error().text();
  ASSERT_TRUE(held->open_executable());
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(held->open_executable());
  const auto links = held->links();
  ASSERT_TRUE(links);
  EXPECT_EQ(links->inode, 0u);
  EXPECT_STREQ(links->executable, "");
}

TEST(HeldProcess, KernelThreadsHaveNoExecutable) {
  const event::ProcessKey kthreadd = key_of(2);
  if (kthreadd.start_ns == 0 || geteuid() != 0) GTEST_SKIP() << "needs root and to see pid 2";
  const auto held = HeldProcess::hold(kthreadd);
  ASSERT_TRUE(held);
  const auto links = held->links();
  if (links && *links->executable) GTEST_SKIP() << "pid 2 is no kernel thread here";
  EXPECT_FALSE(held->open_executable());
}

}  // namespace
}  // namespace picket::app::warden
