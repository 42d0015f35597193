// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/quarantine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "process/test_folder.h"

namespace picket::respond {
namespace {

namespace fs = std::filesystem;

std::string text_in(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class QuarantineTest : public testing::Test {
 protected:
  QuarantineTest() : quarantine_(std::move(*Quarantine::open(responses()))) {}
  std::string responses() const { return folder_.path() + "/responses"; }
  Result<QuarantineItem> take(const std::string& path) {
    TRY_ASSIGN(const ExactFile file, open_exactly(path));
    TRY(may_be_taken(file, false));
    return quarantine_.take(file, {});
  }
  // Besides the key and what `items` items have.
  void expect_items(size_t items) const {
    std::vector<std::string> problems;
    EXPECT_EQ(quarantine_.list(problems).size(), items);
    EXPECT_TRUE(problems.empty());
    size_t files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(responses() + "/quarantine"))
      ++files;
    EXPECT_EQ(files, 1 + 2 * items);
  }
  process::TestFolder folder_;
  Quarantine quarantine_;
};

TEST_F(QuarantineTest, GivesBackExactlyWhatWasTaken) {
  const std::string content = std::string(200'000, 'x') +
                              "\x7f"
                              "ELF";
  const std::string path = folder_.write("drop/evil", content);
  ::chmod(path.c_str(), 04751);
  const bool attributes = ::setxattr(path.c_str(), "user.origin", "a\0b", 3, 0) == 0;
  const timespec times[2] = {{1'600'000'000, 123}, {1'500'000'000, 456}};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path.c_str(), 4242, 4243), 0);
    ::chmod(path.c_str(), 04751);
  }
  struct stat before {
  }, after{};
  ::stat(path.c_str(), &before);
  const auto item = take(path);
  ASSERT_TRUE(item) << item.error().text();
  EXPECT_FALSE(fs::exists(path));
  expect_items(1);
  const std::string kept = text_in(responses() + "/quarantine/" + item->id + ".sealed");
  EXPECT_EQ(kept.find("xxxx"), std::string::npos);
  const auto found = quarantine_.find(item->id.substr(0, 6));
  ASSERT_TRUE(found);
  const auto restored = quarantine_.restore(*found, "");
  ASSERT_TRUE(restored) << restored.error().text();
  EXPECT_EQ(text_in(path), content);
  ::stat(path.c_str(), &after);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
  EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
  EXPECT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  char value[8];
  if (attributes) {
    EXPECT_EQ(::getxattr(path.c_str(), "user.origin", value, sizeof value), 3);
  }
  expect_items(0);
}

TEST_F(QuarantineTest, SizesAroundTheChunk) {
  for (const size_t size : {size_t{0}, size_t{1}, kChunkBytes - 1, kChunkBytes, kChunkBytes + 1}) {
    const std::string path = folder_.write("size", std::string(size, 'y'));
    const auto item = take(path);
    ASSERT_TRUE(item) << item.error().text();
    EXPECT_EQ(item->size, size);
    ASSERT_TRUE(quarantine_.restore(*item, ""));
    EXPECT_EQ(text_in(path).size(), size);
  }
}

TEST_F(QuarantineTest, NeverReplacesAFile) {
  const std::string path = folder_.write("evil", "bad");
  const auto item = take(path);
  ASSERT_TRUE(item);
  folder_.write("evil", "somebody's work");
  const auto restored = quarantine_.restore(*item, "");
  ASSERT_FALSE(restored);
  EXPECT_NE(restored.error().next.find("--to"), std::string::npos);
  EXPECT_EQ(text_in(path), "somebody's work");
  ASSERT_TRUE(quarantine_.restore(*item, folder_.path() + "/elsewhere"));
  EXPECT_EQ(text_in(folder_.path() + "/elsewhere"), "bad");
}

TEST_F(QuarantineTest, NoticesContentThatWasChangedOrCut) {
  const auto item = take(folder_.write("evil", std::string(100'000, 'z')));
  ASSERT_TRUE(item);
  const std::string path = responses() + "/quarantine/" + item->id + ".sealed";
  const std::string kept = text_in(path);
  for (const size_t place : {size_t{9}, size_t{20}, kept.size() - 1}) {
    std::string changed = kept;
    changed[place] ^= 1;
    std::ofstream(path, std::ios::binary) << changed;
    EXPECT_FALSE(quarantine_.restore(*item, folder_.path() + "/back"));
  }
  for (const size_t size : {size_t{0}, size_t{16}, kept.size() - 40, kept.size() - 1}) {
    std::ofstream(path, std::ios::binary) << kept.substr(0, size);
    EXPECT_FALSE(quarantine_.restore(*item, folder_.path() + "/back"));
  }
  EXPECT_FALSE(fs::exists(folder_.path() + "/back"));
  std::ofstream(path, std::ios::binary) << kept;
  EXPECT_TRUE(quarantine_.restore(*item, folder_.path() + "/back"));
}

TEST_F(QuarantineTest, RefusesWithTheReasonAndTheNextStep) {
  const std::string path = folder_.write("real/evil", "bad");
  folder_.link(folder_.path() + "/real", "way");
  folder_.link(path, "link");
  const auto through = take(folder_.path() + "/way/evil");
  ASSERT_FALSE(through);
  EXPECT_NE(through.error().next.find("/real"), std::string::npos) << through.error().text();
  EXPECT_FALSE(take(folder_.path() + "/link"));
  EXPECT_FALSE(take(folder_.path() + "/real"));
  EXPECT_FALSE(take("/dev/null"));
  EXPECT_FALSE(take(folder_.path() + "/nothing"));
  fs::create_hard_link(path, folder_.path() + "/second");
  const auto linked = take(path);
  ASSERT_FALSE(linked);
  EXPECT_NE(linked.error().message.find("2 names"), std::string::npos);
  EXPECT_EQ(text_in(path), "bad");
  expect_items(0);
}

TEST_F(QuarantineTest, RefusesWhatIsMarkedImmutable) {
  const std::string path = folder_.write("stays", "bad");
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int attributes = 0;
  if (::ioctl(file.get(), FS_IOC_GETFLAGS, &attributes) != 0) GTEST_SKIP() << "no attributes here";
  int marked = attributes | FS_IMMUTABLE_FL;
  if (::ioctl(file.get(), FS_IOC_SETFLAGS, &marked) != 0) GTEST_SKIP() << "takes root";
  const auto refused = take(path);
  ::ioctl(file.get(), FS_IOC_SETFLAGS, &attributes);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().next.find("chattr"), std::string::npos);
}

// In a mount namespace of its own: a file on another mount, and one on a read-only one.
TEST_F(QuarantineTest, TakesFromOtherMountsAndRefusesReadOnlyOnes) {
  folder_.folder("drive");
  const std::string drive = folder_.path() + "/drive";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", drive.c_str(), "tmpfs", 0, nullptr) != 0)
      ::_exit(77);
    const std::string path = folder_.write("drive/evil.exe", "MZ bad");
    const auto item = take(path);
    if (!item || fs::exists(path)) ::_exit(1);
    if (!fs::is_empty(drive)) ::_exit(2);
    if (!quarantine_.restore(*item, "") || text_in(path) != "MZ bad") ::_exit(3);
    if (::mount("", drive.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) ::_exit(77);
    const auto refused = take(path);
    ::_exit(!refused && refused.error().message.find("read-only") != std::string::npos ? 0 : 4);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "takes root and mount namespaces";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// Somebody exchanges the file for another as fast as possible while it is taken: the other one is
// never removed, and what is kept is what was opened.
TEST_F(QuarantineTest, NeverTakesAFileThatWasPutInItsPlace) {
  const std::string path = folder_.write("race/evil", "bad");
  const std::string good = folder_.write("race/good", "precious");
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    while (!stop) ::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, good.c_str(), RENAME_EXCHANGE);
  });
  int taken = 0, refused = 0;
  for (int round = 0; round < 60; ++round) {
    const auto file = open_exactly(path);
    if (!file) continue;
    const std::string meant = [&] {
      std::string text(16, '\0');
      const ssize_t count = ::pread(file->file.get(), text.data(), text.size(), 0);
      return text.substr(0, static_cast<size_t>(std::max<ssize_t>(0, count)));
    }();
    const auto item = quarantine_.take(*file, {});
    if (!item) {
      ++refused;
      continue;
    }
    ++taken;
    const std::string back = folder_.path() + "/back";
    EXPECT_TRUE(quarantine_.restore(*item, back));
    EXPECT_EQ(text_in(back), meant);
    // One name is left; the other file gets its place again.
    if (::link(back.c_str(), path.c_str()) != 0) ::link(back.c_str(), good.c_str());
    ::unlink(back.c_str());
  }
  stop = true;
  attacker.join();
  EXPECT_GT(taken, 0);
  const std::string one = text_in(path), other = text_in(good);
  EXPECT_TRUE((one == "bad" && other == "precious") || (one == "precious" && other == "bad"))
      << one << ", " << other << ", taken " << taken << ", refused " << refused;
  expect_items(0);
}

// A folder on the way becomes a symbolic link to another folder and back.
TEST_F(QuarantineTest, NeverFollowsALinkThatAppearsOnTheWay) {
  folder_.write("mine/passwd", "bad");
  const std::string secret = folder_.write("etc/passwd", "root");
  folder_.link(folder_.path() + "/etc", "trap");
  const std::string mine = folder_.path() + "/mine", trap = folder_.path() + "/trap";
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    while (!stop) ::renameat2(AT_FDCWD, mine.c_str(), AT_FDCWD, trap.c_str(), RENAME_EXCHANGE);
  });
  for (int round = 0; round < 2000; ++round) {
    const auto file = open_exactly(mine + "/passwd");
    if (!file) continue;
    std::string text(8, '\0');
    text.resize(static_cast<size_t>(::pread(file->file.get(), text.data(), text.size(), 0)));
    ASSERT_EQ(text, "bad");
  }
  stop = true;
  attacker.join();
  EXPECT_EQ(text_in(secret), "root");
}

TEST_F(QuarantineTest, PutsBackWhatACrashLeftBetween) {
  // What is there when the power fails right after the file was taken.
  const std::string path = folder_.path() + "/evil";
  QuarantineItem item;
  item.id = "00112233445566ff";
  item.path = path;
  item.mode = 0640;
  const std::string kept = responses() + "/quarantine/" + item.id;
  std::ofstream(kept + ".json") << text_of(item);
  std::ofstream(kept + ".taken") << "bad";
  ::chmod((kept + ".taken").c_str(), 0);
  const auto found = quarantine_.find(item.id);
  ASSERT_TRUE(found);
  const auto restored = quarantine_.restore(*found, "");
  ASSERT_TRUE(restored) << restored.error().text();
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0640u);
  EXPECT_EQ(text_in(path), "bad");
  expect_items(0);
}

TEST_F(QuarantineTest, DamagedItemsAreNamedAndTheRestIsListed) {
  ASSERT_TRUE(take(folder_.write("evil", "bad")));
  std::ofstream(responses() + "/quarantine/0123456789abcdef.json") << "{\"id\":";
  std::vector<std::string> problems;
  EXPECT_EQ(quarantine_.list(problems).size(), 1u);
  EXPECT_EQ(problems, std::vector<std::string>{"0123456789abcdef.json is damaged"});
}

TEST(ExactFile, NamesTheProcessesThatUseIt) {
  struct stat own {};
  ASSERT_EQ(::stat("/proc/self/exe", &own), 0);
  bool found = false;
  for (const event::ProcessKey& user : users_of(own))
    found |= user.pid == static_cast<uint32_t>(::getpid());
  EXPECT_TRUE(found);
}

TEST(QuarantineItem, SurvivesTheWayThroughText) {
  QuarantineItem item;
  item.id = "0123456789abcdef";
  item.state = QuarantineItem::State::kKept;
  item.path = "/tmp/\xff\n odd\"name";
  item.mode = 04755;
  item.change_ns = -5;
  item.attributes = {{"user.a", std::string("\0x", 2)}};
  const auto back = parse_item(text_of(item));
  ASSERT_TRUE(back);
  EXPECT_EQ(text_of(*back), text_of(item));
  EXPECT_EQ(back->path, item.path);
}

TEST(QuarantineItem, RefusesWhatIsOutOfBounds) {
  QuarantineItem item;
  item.id = "0123456789abcdef";
  item.path = "/x";
  for (size_t i = 0; i <= QuarantineItem::kAttributesMax; ++i)
    item.attributes.emplace_back("user." + std::to_string(i), "");
  EXPECT_FALSE(parse_item(text_of(item)));
  item.attributes.clear();
  EXPECT_TRUE(parse_item(text_of(item)));
  item.path = "relative";
  EXPECT_FALSE(parse_item(text_of(item)));
  EXPECT_FALSE(parse_item(std::string(QuarantineItem::kTextMax + 1, ' ')));
  EXPECT_FALSE(parse_item("[]"));
}

}  // namespace
}  // namespace picket::respond
