// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/kept_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "app/analyze/temporary_folder.h"
#include "inspect/file/file_body.h"

namespace picket::app::analyze {
namespace {

// printf hello | sha256sum
constexpr const char* kHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

class KeptFilesTest : public testing::Test {
 protected:
  KeptFilesTest() : kept_(std::move(*KeptFiles::open(folder_.path("kept")))) {
    settings_.file_keeper = kept_.get();
  }
  std::set<std::string> names() const {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path("kept")))
      out.insert(entry.path().filename().string());
    return out;
  }

  TemporaryFolder folder_;
  std::unique_ptr<KeptFiles> kept_;
  inspect::AppSettings settings_;
};

TEST_F(KeptFilesTest, EachContentOnceUnderItsDigest) {
  EXPECT_TRUE(kept_->check());
  for (int i = 0; i < 2; ++i) {
    inspect::FileBody file(as_bytes("a.txt"));
    file.append(as_bytes("hel"));
    EXPECT_TRUE(inspect::keep(file, settings_));  // what came before is kept, too
    file.append(as_bytes("lo"));
    EXPECT_EQ(names().count(kHello), static_cast<size_t>(i));
    file.close();
    EXPECT_TRUE(file.stored());
  }
  EXPECT_EQ(names(), std::set<std::string>{kHello});
  EXPECT_EQ(kept_->kept(), 2u);
  struct stat facts {};
  ASSERT_EQ(::stat((folder_.path("kept/") + kHello).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_size, 5);
  EXPECT_EQ(facts.st_mode & 07777, 0400u);
}

TEST_F(KeptFilesTest, EveryFileWhereAllAreWanted) {
  settings_.keep_every_file = true;
  inspect::FileBody file(as_bytes("a"));
  inspect::follow(file, settings_);
  file.append(as_bytes("hello"));
  file.truncate();  // it is kept as far as it came
  EXPECT_EQ(names(), std::set<std::string>{kHello});
}

TEST_F(KeptFilesTest, TooLateIsNotKept) {
  inspect::FileBody file(as_bytes("a"));
  const std::string piece(inspect::FileBody::kWindowMax, 'x');
  file.append(as_bytes(piece));
  file.append(as_bytes(piece));
  EXPECT_FALSE(inspect::keep(file, settings_));
  EXPECT_FALSE(file.stored());
  EXPECT_TRUE(names().empty());
}

TEST_F(KeptFilesTest, OnlySoManyAtOnce) {
  std::vector<std::unique_ptr<inspect::FileBody>> open;
  for (uint32_t i = 0; i < KeptFiles::kOpenMax; ++i) {
    open.push_back(std::make_unique<inspect::FileBody>(as_bytes("a")));
    ASSERT_TRUE(inspect::keep(*open.back(), settings_));
  }
  inspect::FileBody one_more(as_bytes("a"));
  EXPECT_FALSE(inspect::keep(one_more, settings_));
  EXPECT_EQ(kept_->missed(), 1u);
  open.back()->append(as_bytes("hello"));
  open.back()->close();
  EXPECT_TRUE(inspect::keep(one_more, settings_));
  open.clear();  // ended before their end: kept as far as they came, here all of them empty
  one_more.close();
  EXPECT_EQ(kept_->kept(), KeptFiles::kOpenMax + 1);
  EXPECT_EQ(names().size(), 2u);
}

TEST_F(KeptFilesTest, AFolderThatIsNoneIsToldOf) {
  folder_.write("file", "");
  EXPECT_FALSE(KeptFiles::open(folder_.path("file")));
  EXPECT_FALSE(KeptFiles::open(folder_.path("no/such")));
}

}  // namespace
}  // namespace picket::app::analyze
