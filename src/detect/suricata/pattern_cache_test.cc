// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/pattern_cache.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/counter.h"
#include "detect/suricata/engine.h"

namespace picket::detect::suricata {
namespace {

namespace fs = std::filesystem;

// Rules in a file beside a cache folder, both gone with the test.
class PatternCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "picket-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    fs::create_directory(cache());
    fs::permissions(cache(), fs::perms::owner_all);
    write_rules("unlikely");
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path cache() const { return root_ / "cache"; }
  void write_rules(const std::string& content) {
    std::ofstream(root_ / "x.rules")
        << "alert tcp any any -> any any (content:\"" + content + "\"; sid:1;)\n";
  }
  // Whether the patterns came from the folder; and where they are kept.
  bool loads_from_cache(const fs::path& folder) {
    LoadReport report;
    auto rules = load({(root_ / "x.rules").string()}, inspect::Settings(), folder.string(), report);
    EXPECT_TRUE(rules) << rules.error().text();
    path_ = (*rules)->prefilter->cache_path();
    return (*rules)->prefilter->from_cache();
  }
  uint64_t untrusted() const { return Counter::value_of("suricata.cache_untrusted"); }

  fs::path root_, path_;
};

TEST_F(PatternCacheTest, GivesBackWhatWasCompiledAndPassesOverDamage) {
  EXPECT_FALSE(loads_from_cache(cache()));
  EXPECT_TRUE(loads_from_cache(cache()));
  std::ofstream(path_) << "picket-patterns-1\nnonsense";
  EXPECT_FALSE(loads_from_cache(cache()));
  EXPECT_TRUE(loads_from_cache(cache()));  // written anew
}

TEST_F(PatternCacheTest, AFolderThatOthersMayWriteKeepsNothing) {
  EXPECT_FALSE(loads_from_cache(cache()));
  for (const fs::perms more : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(cache(), fs::perms::owner_all | more);
    const uint64_t before = untrusted();
    EXPECT_FALSE(loads_from_cache(cache()));
    EXPECT_TRUE(path_.empty());
    EXPECT_EQ(untrusted(), before + 1);
  }
}

TEST_F(PatternCacheTest, ALinkIsNoFolder) {
  EXPECT_FALSE(loads_from_cache(cache()));
  fs::create_directory_symlink(cache(), root_ / "link");
  EXPECT_FALSE(loads_from_cache(root_ / "link"));
  EXPECT_TRUE(path_.empty());
}

TEST_F(PatternCacheTest, AFolderOfAnotherUserKeepsNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  EXPECT_FALSE(loads_from_cache(cache()));
  ASSERT_EQ(::chown(cache().c_str(), 65534, 65534), 0);
  EXPECT_FALSE(loads_from_cache(cache()));
  EXPECT_TRUE(path_.empty());
}

TEST_F(PatternCacheTest, AFileThatOthersMayWriteIsNotBelieved) {
  EXPECT_FALSE(loads_from_cache(cache()));
  fs::permissions(path_, fs::perms::owner_read | fs::perms::others_write);
  const uint64_t before = untrusted();
  EXPECT_FALSE(loads_from_cache(cache()));
  EXPECT_EQ(untrusted(), before + 1);
  EXPECT_TRUE(loads_from_cache(cache()));  // a file of our own took its place
  fs::rename(path_, root_ / "elsewhere");
  fs::create_symlink(root_ / "elsewhere", path_);
  EXPECT_FALSE(loads_from_cache(cache()));
}

TEST_F(PatternCacheTest, KeepsTheNewestFilesOnly) {
  for (size_t i = 0; i < PatternCache::kFilesMax + 3; ++i) {
    write_rules("unlikely " + std::to_string(i));
    EXPECT_FALSE(loads_from_cache(cache()));
    EXPECT_TRUE(fs::exists(path_));
  }
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(cache())) ++files;
  EXPECT_EQ(files, PatternCache::kFilesMax);
}

}  // namespace
}  // namespace picket::detect::suricata
