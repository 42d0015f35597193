// SPDX-License-Identifier: Apache-2.0
// What was brought along and left behind: services, readers of secrets, files with a mark.
#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/behavior/host_for_tests.h"
#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

TEST(CredentialReader, TellsWhenItReadsAndWhenItTalksAfterwards) {
  HostForTests host({"credential_reader"});
  const event::What reads =
      event::MemoryOpened{host.process(600, "C:\\Windows\\System32\\lsass.exe")};
  const event::Actor thief = host.process(7, "C:\\Users\\Public\\a.exe"),
                     carrier = host.process(8, "C:\\Windows\\System32\\rundll32.exe"),
                     guard = host.process(9, "C:\\Program Files\\Guard\\guard.exe"),
                     system = host.process(10, "C:\\Windows\\System32\\svchost.exe");
  for (const event::Actor& reader : {thief, carrier, guard, system}) host.observe(reader, reads);
  for (const event::Actor& reader : {thief, guard, system}) host.talk(reader, "203.0.113.9:443");
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0].actor.pid, 7u);
  EXPECT_EQ(alerts[0].severity, event::Severity::kMedium);
  EXPECT_EQ(alerts[1].actor.pid, 8u);
  ASSERT_TRUE(alerts[2].connection);
  EXPECT_EQ(alerts[2].actor.pid, 7u);
}

TEST(PlantedService, TellsTheInstallingAndTheTalking) {
  HostForTests host({"planted_service"});
  const event::Actor nobody;
  host.observe(nobody, event::ServiceInstalled{"odd", "C:\\Windows\\Temp\\x.exe -k run"});
  host.observe(nobody, event::ServiceInstalled{"shell", "%COMSPEC% /c echo a > \\\\.\\pipe\\a"});
  host.observe(nobody, event::ServiceInstalled{"tool", "%SystemRoot%\\PSEXESVC.exe"});
  host.observe(nobody, event::ServiceInstalled{"fine", "\"C:\\Program Files\\Fine\\f.exe\" /s"});
  host.observe(nobody, event::ServiceInstalled{"driver", "system32\\drivers\\d.sys"});
  host.observe(nobody, event::ServiceInstalled{"empty", ""});
  host.talk(host.process(7, "C:\\Windows\\Temp\\x.exe"), "203.0.113.9:443");
  host.talk(host.process(8, "C:\\Program Files\\Fine\\f.exe"), "203.0.113.9:443");
  host.talk(host.process(9, "C:\\Windows\\System32\\cmd.exe"), "203.0.113.9:443");
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 4u);
  EXPECT_EQ(alerts[0].file, "C:\\Windows\\Temp\\x.exe");
  EXPECT_EQ(alerts[0].severity, event::Severity::kMedium);
  EXPECT_EQ(alerts[1].severity, event::Severity::kHigh) << alerts[1].reason;
  EXPECT_EQ(alerts[2].severity, event::Severity::kLow) << "remote administration does the same";
  ASSERT_TRUE(alerts[3].connection);
  EXPECT_EQ(alerts[3].actor.pid, 7u);
}

TEST(MisplacedProgram, SaysWhereItsFileCameFromAndThatItIsGone) {
  HostForTests host({"misplaced_program"});
  const event::Actor browser = host.process(1, "C:\\Program Files\\b\\b.exe"),
                     tool = host.process(2, "C:\\Users\\ann\\Downloads\\t.exe");
  host.observe(browser, event::FileMarked{tool.path, "http://e.example/t.exe", "", "", ""});
  host.start(tool);
  host.observe(tool, event::FileDeleted{tool.path});
  host.talk(tool, "203.0.113.9:443");
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_NE(alerts[0].reason.find("downloaded from http://e.example/t.exe"), std::string::npos);
  EXPECT_NE(alerts[0].reason.find("has been deleted since"), std::string::npos);
}

TEST(PlantedService, ForgetsTheOldestPastItsBound) {
  HostForTests host({"planted_service", "credential_reader"});
  constexpr size_t kMax = 4'096;
  const uint64_t services = Counter::value_of("detect.behavior.planted_service_forgotten"),
                 readers = Counter::value_of("detect.behavior.credential_reader_forgotten");
  const event::What reads =
      event::MemoryOpened{host.process(600, "C:\\Windows\\System32\\lsass.exe")};
  for (uint32_t i = 0; i <= kMax; ++i) {
    const std::string path = "C:\\Windows\\Temp\\" + std::to_string(i) + ".exe";
    host.observe({}, event::ServiceInstalled{"s", path});
    host.observe(host.process(1000 + i, path), reads);
  }
  EXPECT_EQ(Counter::value_of("detect.behavior.planted_service_forgotten"), services + 1);
  EXPECT_EQ(Counter::value_of("detect.behavior.credential_reader_forgotten"), readers + 1);
}

}  // namespace
}  // namespace picket::detect::behavior
