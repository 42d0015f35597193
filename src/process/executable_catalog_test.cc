// SPDX-License-Identifier: Apache-2.0
#include "process/executable_catalog.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <latch>
#include <thread>

#include "base/counter.h"
#include "process/process_table.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

constexpr char kAbcHash[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

// Opens by path alone, counts, and can be made to wait until a test lets it go on.
class TestOpener final : public FileOpener {
 public:
  struct Control {
    std::atomic<int> opened{0};
    std::latch started{1}, go{1};
    std::atomic<bool> gated{false};
  };
  explicit TestOpener(Control& control) : control_(control) {}

  Result<UniqueFd> open_executable(const event::ProcessKey&, const std::string& path,
                                   const event::FileIdentity&) override {
    if (control_.opened++ == 0 && control_.gated) {
      control_.started.count_down();
      control_.go.wait();
    }
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failure("gone before it could be read");
    return file;
  }

 private:
  Control& control_;
};

class ExecutableCatalogTest : public testing::Test {
 protected:
  std::unique_ptr<ExecutableCatalog> make(CatalogLimits limits = {}) {
    return std::make_unique<ExecutableCatalog>(std::make_unique<TestOpener>(control_),
                                               std::make_unique<DpkgDatabase>(root_.path()),
                                               limits);
  }
  static void collect_all(ExecutableCatalog& catalog) {
    while (catalog.pending() != 0)
      if (catalog.collect() == 0) std::this_thread::yield();
  }
  static event::FileIdentity file(uint64_t inode) { return {1, inode, 5, 3}; }

  TestFolder root_;
  TestOpener::Control control_;
};

TEST_F(ExecutableCatalogTest, HashesOnceInTheBackground) {
  const std::string path = root_.write("abc", "abc");
  control_.gated = true;
  auto catalog = make();
  EXPECT_EQ(catalog->find(file(1)), nullptr);
  catalog->request(file(1), path, {7, 1});
  control_.started.wait();
  ASSERT_NE(catalog->find(file(1)), nullptr);
  EXPECT_EQ(catalog->find(file(1))->sha256_note, "pending");
  catalog->request(file(1), path, {8, 1});
  control_.go.count_down();
  collect_all(*catalog);
  EXPECT_EQ(catalog->find(file(1))->sha256, kAbcHash);
  EXPECT_EQ(catalog->find(file(1))->sha256_note, "");
  catalog->request(file(1), path, {9, 1});
  EXPECT_EQ(catalog->pending(), 0u);
  EXPECT_EQ(control_.opened, 1);
}

TEST_F(ExecutableCatalogTest, TellsThePackage) {
  const std::string path = root_.write("usr/bin/abc", "abc");
  root_.write("var/lib/dpkg/info/letters.list", "/usr/bin/abc\n");
  root_.write("var/lib/dpkg/info/letters.md5sums",
              "900150983cd24fb0d6963f7d28e17f72  usr/bin/abc\n");
  root_.write("var/lib/dpkg/status", "Package: letters\nVersion: 1.2\n");
  class RootOpener final : public FileOpener {
   public:
    explicit RootOpener(std::string root) : root_(std::move(root)) {}
    Result<UniqueFd> open_executable(const event::ProcessKey&, const std::string& name,
                                     const event::FileIdentity&) override {
      return UniqueFd(::open((root_ + name).c_str(), O_RDONLY | O_CLOEXEC));
    }

   private:
    std::string root_;
  };
  ExecutableCatalog catalog(std::make_unique<RootOpener>(root_.path()),
                            std::make_unique<DpkgDatabase>(root_.path()));
  catalog.request(file(1), "/usr/bin/abc", {7, 1});
  collect_all(catalog);
  ASSERT_NE(catalog.find(file(1)), nullptr);
  EXPECT_EQ(catalog.find(file(1))->package, "letters");
  EXPECT_EQ(catalog.find(file(1))->package_version, "1.2");
  EXPECT_EQ(catalog.find(file(1))->package_match, event::PackageMatch::kMatches);
}

TEST_F(ExecutableCatalogTest, AFileOfAnotherRootIsNotThePackages) {
  const std::string path = root_.write("elsewhere", "abc");
  auto catalog = make();
  catalog->request(file(1), path, {7, 1});
  collect_all(*catalog);
  EXPECT_EQ(catalog->find(file(1))->package_match, event::PackageMatch::kUnknown);
  EXPECT_EQ(catalog->find(file(1))->package_note,
            "not the file that this machine has under that path");
}

TEST_F(ExecutableCatalogTest, FailuresAreTriedAgainAFewTimes) {
  auto catalog = make();
  for (int i = 0; i < 10; ++i) {
    catalog->request(file(1), "/nonexistent", {7, 1});
    collect_all(*catalog);
  }
  EXPECT_EQ(control_.opened, static_cast<int>(ExecutableCatalog::kAttemptsMax));
  EXPECT_EQ(catalog->find(file(1))->sha256_note, "gone before it could be read");
}

TEST_F(ExecutableCatalogTest, ForgetsTheLeastRecentlyAskedFor) {
  const std::string path = root_.write("abc", "abc");
  CatalogLimits limits;
  limits.files_max = 2;
  auto catalog = make(limits);
  const uint64_t before = Counter::value_of("process.executables_evicted");
  for (const uint64_t inode : {1, 2, 1, 3}) {
    catalog->request(file(inode), path, {7, 1});
    collect_all(*catalog);
  }
  EXPECT_EQ(catalog->size(), 2u);
  EXPECT_EQ(catalog->find(file(2)), nullptr);
  EXPECT_NE(catalog->find(file(1)), nullptr);
  EXPECT_EQ(Counter::value_of("process.executables_evicted"), before + 1);
}

TEST_F(ExecutableCatalogTest, RefusesWhenTooManyWait) {
  const std::string path = root_.write("abc", "abc");
  control_.gated = true;
  CatalogLimits limits;
  limits.pending_max = 2;
  auto catalog = make(limits);
  const uint64_t before = Counter::value_of("process.executables_refused");
  for (uint64_t inode = 1; inode <= 3; ++inode) catalog->request(file(inode), path, {7, 1});
  EXPECT_EQ(Counter::value_of("process.executables_refused"), before + 1);
  EXPECT_EQ(catalog->find(file(3)), nullptr);
  control_.started.wait();
  control_.go.count_down();
  collect_all(*catalog);
  catalog->request(file(3), path, {7, 1});
  collect_all(*catalog);
  EXPECT_EQ(catalog->find(file(3))->sha256, kAbcHash);
}

TEST_F(ExecutableCatalogTest, EndsWithWorkStillWaiting) {
  const std::string path = root_.write("abc", "abc");
  auto catalog = make();
  for (uint64_t inode = 1; inode <= 500; ++inode) catalog->request(file(inode), path, {7, 1});
  catalog.reset();
  EXPECT_LE(control_.opened, 500);
}

TEST_F(ExecutableCatalogTest, TheTableShowsWhatItFinds) {
  const std::string path = root_.write("abc", "abc");
  auto catalog = make();
  ProcessTable table({&system_clock(), nullptr, nullptr, catalog.get()});
  event::ProcessSeen seen;
  seen.key = {10, 1'234'567};
  seen.executable = path;
  seen.file = file(1);
  table.apply(seen);
  collect_all(*catalog);
  EXPECT_EQ(table.facts(seen.key).sha256, kAbcHash);
}

}  // namespace
}  // namespace picket::process
