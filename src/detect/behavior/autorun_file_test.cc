// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/autorun_file.h"

#include <gtest/gtest.h>

namespace picket::detect::behavior {
namespace {

TEST(AutorunFile, ReadsCommandsOfItsSectionOnly) {
  const auto file = parse_autorun(
      "[other]\nopen=no.exe\n[AutoRun]\r\nOPEN = \"my setup.exe\" "
      "/s\r\nicon=a.ico\nshell\\Explore\\Command=b.exe\n; open=c.exe\n");
  ASSERT_EQ(file.commands.size(), 2u);
  EXPECT_EQ(file.commands[0].target, "my setup.exe");
  EXPECT_EQ(file.commands[1].key, "shell\\explore\\command");
  EXPECT_EQ(file.icon, "a.ico");
  EXPECT_FALSE(file.cut);
}

TEST(AutorunFile, LooksThroughStarters) {
  EXPECT_EQ(autorun_target("RUNDLL32.EXE .\\RECYCLER\\a.vmx,entry"), "RECYCLER\\a.vmx");
  EXPECT_EQ(autorun_target("cmd /c start hidden\\x.exe"), "hidden\\x.exe");
  EXPECT_EQ(autorun_target("./run.exe -q"), "run.exe");
  EXPECT_EQ(autorun_target(""), "");
}

TEST(AutorunFile, ReadsUtf16AndSkipsJunk) {
  std::string wide("\xff\xfe", 2);
  for (const char c : std::string("[autorun]\nopen=a.exe\n"))
    wide += std::string(1, c) + std::string(1, '\0');
  EXPECT_EQ(parse_autorun(wide).commands.size(), 1u);
  std::string junk = "[autorun]\n";
  for (int i = 0; i < 50; ++i) junk += "\x01\x02zzz\n";
  const auto file = parse_autorun(junk + "open=a.exe\n");
  EXPECT_EQ(file.commands.size(), 1u);
  EXPECT_EQ(file.junk_lines, 50u);
}

TEST(AutorunFile, BoundsAreKept) {
  std::string many = "[autorun]\n";
  for (size_t i = 0; i <= AutorunFile::kCommandsMax; ++i) many += "open=a.exe\n";
  EXPECT_EQ(parse_autorun(many).commands.size(), AutorunFile::kCommandsMax);
  EXPECT_TRUE(parse_autorun(many).cut);
  const auto longest =
      parse_autorun(std::string(AutorunFile::kBytesMax, '\n') + "[autorun]\nopen=a.exe\n");
  EXPECT_TRUE(longest.cut);
  EXPECT_TRUE(longest.commands.empty());
}

TEST(AutorunFile, ManglingAnyByteNeverReadsOutside) {
  const std::string good = "[autorun]\r\nopen=RUNDLL32.EXE .\\a,b\r\n";
  for (size_t cut = 0; cut <= good.size(); ++cut) parse_autorun(good.substr(0, cut));
  EXPECT_TRUE(parse_autorun("[").commands.empty());
  EXPECT_TRUE(parse_autorun("[autorun").section_found);
}

}  // namespace
}  // namespace picket::detect::behavior
