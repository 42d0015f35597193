// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/output_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace picket::app::analyze {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "picket-output-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  fs::path folder_;
};

TEST_F(OutputFileTest, IsThereOnlyOnceCommitted) {
  std::ofstream(path("out")) << "before";
  auto file = OutputFile::create(path("out"));
  ASSERT_TRUE(file);
  file->write("after");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content(path("out")), "before");
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(content(path("out")), "after");
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFileTest, WithoutCommitNothingIsLeft) {
  {
    auto file = OutputFile::create(path("out"));
    ASSERT_TRUE(file);
    file->write(std::string(1'000'000, 'x'));
    ASSERT_TRUE(file->flush());
    EXPECT_EQ(files(), 1u);
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(OutputFileTest, TheProcessThatLeavesItToTheOtherRemovesNothing) {
  {
    auto file = OutputFile::create(path("out"));
    ASSERT_TRUE(file);
    file->leave_to_other();
  }
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFileTest, SaysWhatCannotBeWritten) {
  const auto missing = OutputFile::create(path("no/such/folder"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("no/such/folder"), std::string::npos);
  EXPECT_FALSE(OutputFile::create(folder_.string()));
  auto full = OutputFile::create("/dev/full");
  ASSERT_TRUE(full);
  full->write("x");
  EXPECT_FALSE(full->commit());
}

}  // namespace
}  // namespace picket::app::analyze
