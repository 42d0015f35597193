// SPDX-License-Identifier: Apache-2.0
#include "sensor/drives/drive_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace picket::sensor::drives {
namespace {

class DriveFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "picket-drive-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root = name;
  }
  void TearDown() override { std::filesystem::remove_all(root); }
  void put(const std::string& path, const std::string& content) {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::binary) << content;
  }
  std::vector<DriveFile> list() {
    const UniqueFd fd(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto listed = list_drive(fd);
    EXPECT_TRUE(listed);
    return listed ? *listed : std::vector<DriveFile>{};
  }
  std::filesystem::path root;
};

TEST_F(DriveFiles, FindsWhatCouldBeStarted) {
  put("AutoRun.INF", "[autorun]\nopen=.hidden\\x.exe\n");
  put(".hidden/x.exe", "MZ....");
  put("photo.jpg", "\xff\xd8\xff");
  put("disguised.jpg",
      "\x7f"
      "ELF....");
  put("a/b/deep.exe", "MZ");
  put("a/b/c/deeper.exe", "MZ");
  ASSERT_EQ(mkfifo((root / "pipe.exe").c_str(), 0600), 0);
  ASSERT_EQ(symlink("/bin/true", (root / "link.exe").c_str()), 0);
  const auto files = list();
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].path, ".hidden/x.exe");
  EXPECT_TRUE(files[0].hidden);
  EXPECT_TRUE(files[0].executable);
  EXPECT_EQ(files[1].path, "AutoRun.INF");
  EXPECT_EQ(files[1].content, "[autorun]\nopen=.hidden\\x.exe\n");
  EXPECT_FALSE(files[1].executable);
  EXPECT_EQ(files[2].path, "a/b/deep.exe");
  EXPECT_EQ(files[3].path, "disguised.jpg");
  EXPECT_FALSE(files[3].hidden);
}

TEST_F(DriveFiles, IsBounded) {
  for (unsigned i = 0; i < kFilesMax + 10; ++i) put("f" + std::to_string(i) + ".exe", "MZ");
  EXPECT_EQ(list().size(), kFilesMax);
  put("autorun.inf", std::string(kAutorunBytesMax + 100, 'x'));
  for (const DriveFile& file : list()) EXPECT_LE(file.content.size(), kAutorunBytesMax);
}

}  // namespace
}  // namespace picket::sensor::drives
