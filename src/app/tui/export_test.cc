// SPDX-License-Identifier: Apache-2.0
#include "app/tui/export.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/tui/draw.h"
#include "app/tui/sample_frames.h"

namespace picket::app::tui {
namespace {

using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "picket-export-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  static std::string content(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  }
  std::string directory_;
};

TEST_F(ExportTest, WritesTextAndJsonForTheCallerAlone) {
  Model model = sample::model(80, 24);
  sample::press(model, Key::Kind::kTab);
  sample::press(model, U"j");
  sample::press(model, Key::Kind::kEnter);
  view::Frame frame = sample::frame();
  frame.details.emplace();
  frame.details->flow = frame.flows[0].facts;
  frame.details->process.emplace();
  frame.details->process->executable = "/tmp/csrcs";
  model.on_frame(model.query(), frame);
  const auto written = export_screen(model, directory_);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->text_path, directory_ + "/picket-watch-20260102T120431Z.txt");
  EXPECT_EQ(content(written->text_path), draw(model).text());
  const std::string json = content(written->json_path);
  EXPECT_EQ(json, export_json(model));
  EXPECT_THAT(json, testing::StartsWith(
                        R"({"status":{"version":"0.1.0","host":"vm","mode":"bpf","ready":true)"));
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("question":{"grouping":"application","group_order":"traffic","flow_order":"newest")"));
  EXPECT_THAT(json, HasSubstr(R"("executable":"/tmp/csrcs")"));
  EXPECT_THAT(json, testing::EndsWith("}\n"));
  for (const std::string& path : {written->text_path, written->json_path}) {
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
  }
}

TEST_F(ExportTest, NeverOverwritesNorFollowsALink) {
  const Model model = sample::model(80, 24);
  const std::string trap = directory_ + "/trap";
  std::ofstream(trap) << "precious";
  std::filesystem::create_symlink(trap, directory_ + "/picket-watch-20260102T120431Z.json");
  const auto first = export_screen(model, directory_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->json_path, directory_ + "/picket-watch-20260102T120431Z-2.json");
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/picket-watch-20260102T120431Z.txt"));
  EXPECT_EQ(content(trap), "precious");
  const auto second = export_screen(model, directory_);
  ASSERT_TRUE(second);
  EXPECT_NE(second->text_path, first->text_path);
}

TEST_F(ExportTest, GivesUpOnceEveryNameIsTaken) {
  const Model model = sample::model(80, 24);
  Result<Exported> written = export_screen(model, directory_);
  for (int i = 1; i < 100; ++i) ASSERT_TRUE(written = export_screen(model, directory_));
  written = export_screen(model, directory_);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text(), HasSubstr("is taken"));
}

TEST_F(ExportTest, ErrorsSayWhatAndWhy) {
  const auto written = export_screen(sample::model(80, 24), directory_ + "/missing");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message,
              HasSubstr("/missing/picket-watch-20260102T120431Z.txt: No such file"));
  const auto nothing =
      export_screen(Model({false, view::Grouping::kApplication, "", false}), directory_);
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().message, HasSubstr("nothing on the screen"));
}

}  // namespace
}  // namespace picket::app::tui
