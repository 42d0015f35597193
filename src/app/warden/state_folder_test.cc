// SPDX-License-Identifier: Apache-2.0
#include "app/warden/state_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace picket::app::warden {
namespace {

const Account kAccount{kUnnamedAccount, kUnnamedAccount, "nobody's"};

class StateFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    std::string pattern = (std::filesystem::temp_directory_path() / "picket-state-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  uid_t owner(const std::string& path) {
    struct stat facts {};
    EXPECT_EQ(lstat(path.c_str(), &facts), 0) << path;
    return facts.st_uid;
  }
  std::string folder_;
};

TEST_F(StateFolderTest, IsMadeForTheAccountWithWhatLeadsToIt) {
  const std::string path = folder_ + "/a/b";
  ASSERT_TRUE(make_state_folder(path, kAccount));
  EXPECT_EQ(owner(path), kAccount.uid);
  EXPECT_EQ(owner(folder_ + "/a"), 0u);
}

TEST_F(StateFolderTest, AHistoryOfRootsIsGivenAway) {
  std::ofstream(folder_ + "/events-00000001.db") << "x";
  ASSERT_TRUE(make_state_folder(folder_, kAccount));
  EXPECT_EQ(owner(folder_), kAccount.uid);
  EXPECT_EQ(owner(folder_ + "/events-00000001.db"), kAccount.uid);
}

TEST_F(StateFolderTest, AFolderWithAnythingElseIsLeftAlone) {
  std::ofstream(folder_ + "/events-00000001.db") << "x";
  std::ofstream(folder_ + "/letters.txt") << "x";
  ASSERT_TRUE(make_state_folder(folder_, kAccount));
  EXPECT_EQ(owner(folder_), 0u);
}

TEST_F(StateFolderTest, LinksAreNotFollowedAndOtherNamesNotGivenAway) {
  std::ofstream(folder_ + "/secret") << "x";
  const std::string inner = folder_ + "/inner";
  std::filesystem::create_directory(inner);
  std::filesystem::create_hard_link(folder_ + "/secret", inner + "/events-00000001.db");
  ASSERT_TRUE(make_state_folder(inner, kAccount));
  EXPECT_EQ(owner(folder_ + "/secret"), 0u);
  EXPECT_EQ(owner(inner), 0u);
  std::filesystem::create_directory_symlink(inner, folder_ + "/link");
  EXPECT_FALSE(make_state_folder(folder_ + "/link", kAccount));
}

}  // namespace
}  // namespace picket::app::warden
