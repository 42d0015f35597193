// SPDX-License-Identifier: Apache-2.0
#include "app/cli/doctor_report.h"

#include <gtest/gtest.h>

namespace picket::app::cli {
namespace {

const std::vector<Capability> kMixed{
    {"kernel", CapabilityState::kWorks, "6.1.0, new enough (5.10 or later)", "this is not shown"},
    {"who owns a socket", CapabilityState::kLimited,
     "/proc hides the processes of other users (hidepid=2), so their connections have no name here",
     "run it as root: sudo picket run"},
    {"kernel hooks", CapabilityState::kMissing, "bpf(2) is refused: EPERM",
     "run as root, outside of the container"},
};

TEST(DoctorReport, Text) {
  EXPECT_EQ(doctor_text(kMixed, "", {.width = 80}),
            "✓ works    kernel             6.1.0, new enough (5.10 or later)\n"
            "! limited  who owns a socket  /proc hides the processes of other users\n"
            "                              (hidepid=2), so their connections have no name\n"
            "                              here\n"
            "                              → run it as root: sudo picket run\n"
            "✗ missing  kernel hooks       bpf(2) is refused: EPERM\n"
            "                              → run as root, outside of the container\n"
            "\n"
            "✗ Not everything works: 1 limited, 1 missing.\n");
}

TEST(DoctorReport, WithoutUtf8TheWordsStillTell) {
  const std::string text =
      doctor_text(kMixed, "Short-lived connections will be missed.", {.width = 0, .utf8 = false});
  EXPECT_NE(text.find("+ works    kernel "), std::string::npos);
  EXPECT_NE(text.find("x missing  kernel hooks       bpf(2) is refused: EPERM\n"),
            std::string::npos);
  EXPECT_NE(text.find("> run it as root"), std::string::npos);
  EXPECT_TRUE(text.ends_with("x Short-lived connections will be missed.\n"));
  for (char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(DoctorReport, ColoursOnlyWhenAsked) {
  EXPECT_EQ(doctor_text(kMixed, "", {}).find('\x1b'), std::string::npos);
  EXPECT_NE(doctor_text(kMixed, "", {.color = true}).find("\x1b[32m✓ works  \x1b[0m"),
            std::string::npos);
}

TEST(DoctorReport, VerdictsAndExitCodes) {
  const std::vector<Capability> works{{"kernel", CapabilityState::kWorks, "6.1.0", ""}};
  const std::vector<Capability> limited{{"kernel", CapabilityState::kLimited, "4.19", ""}};
  EXPECT_TRUE(doctor_text(works, "", {}).ends_with("✓ Everything works here.\n"));
  EXPECT_TRUE(doctor_text(limited, "", {}).ends_with("! Works with limits: 1 limited.\n"));
  EXPECT_EQ(doctor_exit_code(works), 0);
  EXPECT_EQ(doctor_exit_code(limited), 1);
  EXPECT_EQ(doctor_exit_code(kMixed), 1);
  EXPECT_EQ(doctor_exit_code({}), 0);
}

TEST(DoctorReport, Json) {
  EXPECT_EQ(
      doctor_json(std::span(kMixed).subspan(1, 1), ""),
      "{\"type\":\"doctor\",\"overall\":\"limited\",\"verdict\":\"Works with limits: 1 limited.\","
      "\"capabilities\":[{\"name\":\"who owns a socket\",\"state\":\"limited\",\"detail\":\"/proc "
      "hides the "
      "processes of other users (hidepid=2), so their connections have no name "
      "here\",\"fix\":\"run it as root: "
      "sudo picket run\"}]}\n");
}

TEST(DoctorReport, HostileTextIsHarmlessAndLongWordsStayWhole) {
  const std::vector<Capability> hostile{
      {"a\x1b]0;x\x07", CapabilityState::kLimited, "x\ny",
       "/a/path/that/is/much/longer/than/the/line/may/be/but/is/there/to/be/copied"}};
  const std::string text = doctor_text(hostile, "v\x1b[2J", {.width = 40});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("x\\ny"), std::string::npos);
  EXPECT_NE(
      text.find("/a/path/that/is/much/longer/than/the/line/may/be/but/is/there/to/be/copied\n"),
      std::string::npos);
}

}  // namespace
}  // namespace picket::app::cli
