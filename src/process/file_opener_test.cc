// SPDX-License-Identifier: Apache-2.0
#include "process/file_opener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/file_digest.h"
#include "process/file_identity.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

event::FileIdentity identity_at(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return identity_of(status);
}

constexpr uint64_t kStart = 7 * kNsPerSecond;

// Every pid belongs to a process that started at kStart.
DirectFileOpener opener_of(const std::string& proc_root = "/proc") {
  return DirectFileOpener([](uint32_t pid) { return event::ProcessKey{pid, kStart}; }, proc_root);
}

TEST(SameFile, IgnoresTheDeviceOnlyWhereTimeAndSizeAreKnown) {
  const event::FileIdentity file{1, 2, 3, 4};
  EXPECT_TRUE(same_file(file, file));
  EXPECT_TRUE(same_file(file, {9, 2, 3, 4}));
  EXPECT_FALSE(same_file(file, {1, 2, 3, 5}));
  EXPECT_FALSE(same_file(file, {1, 2, 4, 4}));
  EXPECT_FALSE(same_file(file, {1, 3, 3, 4}));
  EXPECT_TRUE(same_file({1, 2, 0, 0}, {1, 2, 3, 4}));
  EXPECT_FALSE(same_file({9, 2, 0, 0}, {1, 2, 3, 4}));
}

TEST(DirectFileOpener, OpensTheRunningProgramEvenByAWrongPath) {
  const event::FileIdentity self = identity_at("/proc/self/exe");
  DirectFileOpener opener = opener_of();
  const auto file =
      opener.open_executable({static_cast<uint32_t>(::getpid()), kStart}, "/nonexistent", self);
  ASSERT_TRUE(file) << file.error().message;
  struct stat status {};
  ASSERT_EQ(::fstat(file->get(), &status), 0);
  EXPECT_EQ(identity_of(status), self);
}

TEST(DirectFileOpener, FallsBackToThePath) {
  TestFolder folder;
  const std::string path = folder.write("program", "content");
  const event::FileIdentity identity = identity_at(path);
  DirectFileOpener opener([](uint32_t) { return std::nullopt; }, folder.path() + "/proc");
  EXPECT_TRUE(opener.open_executable({5, 0}, path, identity));
  // Another program under the same name is not what was asked for.
  folder.write("program", "other content");
  auto file = opener.open_executable({5, 0}, path, identity);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "replaced before it could be read");
  std::filesystem::remove(path);
  file = opener.open_executable({5, 0}, path, identity);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "gone before it could be read");
  EXPECT_FALSE(opener.open_executable({5, 0}, "memfd:x", identity));
}

TEST(DirectFileOpener, AnotherLifeOfThePidIsNotAsked) {
  const event::FileIdentity self = identity_at("/proc/self/exe");
  const auto pid = static_cast<uint32_t>(::getpid());
  DirectFileOpener opener = opener_of();
  EXPECT_TRUE(opener.open_executable({pid, kStart}, "/nonexistent", self));
  EXPECT_FALSE(opener.open_executable({pid, kStart + event::kClockTickNs}, "/nonexistent", self));
}

TEST(DirectFileOpener, APipeDoesNotBlockIt) {
  TestFolder folder;
  const std::string path = folder.path() + "/pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  DirectFileOpener opener = opener_of(folder.path());
  EXPECT_FALSE(opener.open_executable({5, 0}, path, identity_at(path)));
}

TEST(FileDigest, KnownAnswers) {
  TestFolder folder;
  const UniqueFd file(::open(folder.write("x", "abc").c_str(), O_RDONLY | O_CLOEXEC));
  const auto digest = digest_file(file.get());
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest->md5, "900150983cd24fb0d6963f7d28e17f72");
}

TEST(FileDigest, LargeFilesAreNotRead) {
  TestFolder folder;
  const std::string path = folder.write("large", "");
  std::filesystem::resize_file(path, kHashedBytesMax + 1);  // sparse
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto digest = digest_file(file.get());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().message, "larger than 512 MiB");
}

TEST(FileDigest, StopsWhenAsked) {
  TestFolder folder;
  const UniqueFd file(::open(folder.write("x", "abc").c_str(), O_RDONLY | O_CLOEXEC));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(digest_file(file.get(), stop.get_token()));
}

TEST(FileDigest, OnlyRegularFiles) {
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(digest_file(null.get()));
  EXPECT_FALSE(digest_file(-1));
}

}  // namespace
}  // namespace picket::process
