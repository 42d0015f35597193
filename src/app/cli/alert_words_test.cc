// SPDX-License-Identifier: Apache-2.0
#include "app/cli/alert_words.h"

#include <gtest/gtest.h>

namespace picket::app::cli {
namespace {

event::Alert lookalike() {
  event::Alert alert;
  alert.time = {1'700'000'000'000'000'000};
  alert.last_time = alert.time;
  alert.rule_id = "look_alike";
  alert.rule_name = "A name like a system program's";
  alert.severity = event::Severity::kHigh;
  alert.reason = "sshhd talks to 203.0.113.9:80 and is named like sshd";
  alert.actor.pid = 4122;
  alert.actor.path = "/tmp/sshhd";
  return alert;
}

std::string line_of(const event::Alert& alert) {
  std::string line;
  JsonWriter json(line);
  event::append_json(json, alert);
  return line;
}

TEST(AlertWords, WhatTheAgentWritesIsRead) {
  const auto read = parse_alert_line(line_of(lookalike()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->severity, event::Severity::kHigh);
  EXPECT_EQ(read->pid, 4122u);
  EXPECT_EQ(read->executable, "/tmp/sshhd");
  EXPECT_EQ(alert_text(*read, {}),
            "2023-11-14T22:13:20Z  HIGH  A name like a system program's  (medium confidence)\n"
            "    sshhd talks to 203.0.113.9:80 and is named like sshd\n"
            "    /tmp/sshhd, pid 4122\n");
}

TEST(AlertWords, LongReasonsAreWrapped) {
  const auto read = parse_alert_line(line_of(lookalike()));
  const std::string text = alert_text(*read, {40, false});
  EXPECT_NE(text.find("    sshhd talks to 203.0.113.9:80 and is\n    named like sshd\n"),
            std::string::npos)
      << text;
}

TEST(AlertWords, OtherLinesAreNoAlerts) {
  EXPECT_FALSE(parse_alert_line(R"({"type":"flow"})"));
  EXPECT_FALSE(parse_alert_line("{"));
  EXPECT_FALSE(parse_alert_line(R"({"type":"alert","severity":"worst"})"));
}

TEST(AlertWords, AHostileNameCannotMoveTheCursor) {
  event::Alert alert = lookalike();
  alert.actor.path = "/tmp/\x1b[2Jx";
  alert.reason = "a\x1b]0;b";
  const auto read = parse_alert_line(line_of(alert));
  ASSERT_TRUE(read);
  EXPECT_EQ(alert_text(*read, {}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace picket::app::cli
