// SPDX-License-Identifier: Apache-2.0
// What the translations of process logs make of records, in the sources' own field names.
#include <gtest/gtest.h>

#include "detect/evidence/evidence.h"

namespace picket::detect::evidence {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

std::optional<event::Activity> translated(std::string_view product, std::string_view channel,
                                          uint32_t id, const Fields& fields) {
  event::LogRecord record;
  record.origin.product = product;
  record.origin.channel = channel;
  record.origin.event_id = id;
  record.computer = "PC";
  record.time = WallTime{42};
  for (const auto& [name, value] : fields) record.add(name, value);
  Translator translator;
  event::Activity out;
  if (!translator.translate(record, out)) return std::nullopt;
  return out;
}
std::optional<event::Activity> sysmon(uint32_t id, const Fields& fields) {
  return translated("windows", "Microsoft-Windows-Sysmon/Operational", id, fields);
}
std::optional<event::Activity> security(uint32_t id, const Fields& fields) {
  return translated("windows", "Security", id, fields);
}

TEST(SysmonEvidence, ProcessWithHashesAndMaker) {
  const auto seen = sysmon(1, {{"ProcessGuid", "{a}"},
                               {"ProcessId", "12"},
                               {"Image", "C:\\x\\y.exe"},
                               {"Hashes", "SHA1=0B,MD5=2A,SHA256=C1,IMPHASH=A7"},
                               {"Company", "?"},
                               {"OriginalFileName", "z.exe"},
                               {"ParentProcessId", "3"},
                               {"TerminalSessionId", "1"}});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->actor.name, "y.exe");
  EXPECT_EQ(seen->actor.sha256, "c1");
  EXPECT_EQ(seen->actor.sha1, "0b");
  EXPECT_EQ(seen->actor.company, "");
  EXPECT_EQ(seen->actor.original_name, "z.exe");
  EXPECT_EQ(seen->actor.parent_pid, 3u);
  EXPECT_EQ(seen->actor.session, 1);
  EXPECT_EQ(seen->place.source, "Sysmon 1");
  EXPECT_EQ(seen->time.ns, 42);
}

TEST(SysmonEvidence, ADriverActsAsTheKernel) {
  const auto seen = sysmon(6, {{"ImageLoaded", "C:\\Windows\\System32\\drivers\\odd.sys"},
                               {"Hashes", "MD5=2A,SHA256=C1"},
                               {"Signed", "true"},
                               {"Signature", "Somebody"},
                               {"SignatureStatus", "Expired"}});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->actor.kernel);
  EXPECT_EQ(seen->actor.sha256, "c1");
  EXPECT_EQ(seen->actor.signature_valid, false);
  EXPECT_EQ(std::get<event::ModuleLoaded>(seen->what).path, seen->actor.path);
}

TEST(SysmonEvidence, OnlyReadingTheMemoryOfLsassIsTold) {
  const auto opened = [](std::string_view target, std::string_view access) {
    return sysmon(10, {{"SourceProcessId", "12"},
                       {"SourceImage", "C:\\x\\y.exe"},
                       {"TargetImage", target},
                       {"GrantedAccess", access}});
  };
  const auto seen = opened("C:\\Windows\\System32\\lsass.exe", "0x1410");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->actor.path, "C:\\x\\y.exe");
  EXPECT_EQ(std::get<event::MemoryOpened>(seen->what).target.name, "lsass.exe");
  EXPECT_FALSE(opened("C:\\Windows\\System32\\lsass.exe", "0x1000")) << "no right to read";
  EXPECT_FALSE(opened("C:\\Windows\\notepad.exe", "0x1410"));
}

TEST(SysmonEvidence, TheMarkOfTheWebIsRead) {
  const auto marked = [](std::string_view stream, std::string_view contents) {
    return sysmon(15, {{"Image", "C:\\b.exe"},
                       {"TargetFilename", stream},
                       {"Hash", "MD5=2A,SHA256=C1"},
                       {"Contents", contents}});
  };
  const auto seen = marked(
      "C:\\d\\a.exe:Zone.Identifier",
      "[ZoneTransfer] ZoneId=3 ReferrerUrl=http://r.example/ HostUrl=http://e.example/a.exe ");
  ASSERT_TRUE(seen);
  const auto& file = std::get<event::FileMarked>(seen->what);
  EXPECT_EQ(file.path, "C:\\d\\a.exe");
  EXPECT_EQ(file.from, "http://e.example/a.exe");
  EXPECT_EQ(file.sha256, "c1");
  EXPECT_FALSE(marked("C:\\d\\a.exe:Zone.Identifier", "[ZoneTransfer]\r\nZoneId=1\r\n"))
      << "the intranet";
  EXPECT_FALSE(marked("C:\\d\\a.exe:stash", "x"));
  EXPECT_EQ(std::get<event::FileDeleted>(sysmon(23, {{"TargetFilename", "C:\\f"}})->what).path,
            "C:\\f");
  EXPECT_FALSE(sysmon(26, {{"TargetFilename", "C:\\f.txt"}, {"IsExecutable", "false"}}));
}

TEST(SysmonEvidence, WhoWasCalledIsFoundByThePort) {
  const auto made = [](const Fields& ports) {
    Fields fields = {{"Image", "System"}, {"ProcessId", "4"}, {"Protocol", "tcp"}};
    fields.insert(fields.end(), ports.begin(), ports.end());
    return std::get<event::ConnectionMade>(sysmon(3, fields)->what);
  };
  const auto out = made({{"Initiated", "true"},
                         {"SourceIp", "10.0.0.1"},
                         {"SourcePort", "50000"},
                         {"DestinationIp", "10.0.0.2"},
                         {"DestinationPort", "445"}});
  EXPECT_EQ(out.outbound, true);
  EXPECT_EQ(out.remote.text(), "10.0.0.2:445");
  const auto first = made({{"Initiated", "false"},
                           {"SourceIp", "10.0.0.1"},
                           {"SourcePort", "445"},
                           {"DestinationIp", "10.0.0.2"},
                           {"DestinationPort", "50000"}});
  EXPECT_EQ(first.remote.text(), "10.0.0.2:50000");
  const auto second = made({{"Initiated", "false"},
                            {"SourceIp", "10.0.0.2"},
                            {"SourcePort", "50000"},
                            {"DestinationIp", "10.0.0.1"},
                            {"DestinationPort", "445"}});
  EXPECT_EQ(second.remote.text(), "10.0.0.2:50000");
  EXPECT_EQ(second.local.text(), "10.0.0.1:445");
}

TEST(SysmonEvidence, LookupWithItsAddresses) {
  const auto seen =
      sysmon(22, {{"QueryName", "WWW.One.Test."},
                  {"QueryStatus", "0"},
                  {"QueryResults", "type:  5 a.one.test;::ffff:192.0.2.1;2001:db8::1;"}});
  const auto& lookup = std::get<event::DnsLookup>(seen->what);
  EXPECT_EQ(lookup.name, "www.one.test");
  EXPECT_EQ(lookup.answers.front(), "a.one.test");
  ASSERT_EQ(lookup.addresses.size(), 2u);
  EXPECT_EQ(lookup.addresses[0].text(), "192.0.2.1");
}

TEST(SysmonEvidence, ThreadsFilesAndExplorersCopyOfAnAutorun) {
  const auto thread = sysmon(8, {{"SourceProcessGUID", "{a}"},
                                 {"SourceImage", "C:\\a.exe"},
                                 {"TargetProcessGUID", "{b}"},
                                 {"TargetImage", "C:\\b.exe"}});
  EXPECT_EQ(std::get<event::ThreadInjected>(thread->what).target.id, "{b}");
  EXPECT_EQ(std::get<event::FileWritten>(sysmon(11, {{"TargetFilename", "C:\\f"}})->what).path,
            "C:\\f");
  const auto copied = sysmon(
      13,
      {{"TargetObject", "HKU\\S\\Explorer\\MountPoints2\\{8}\\Shell\\AutoRun\\command\\(Default)"},
       {"Details", "E:\\a.exe"}});
  EXPECT_EQ(std::get<event::RemovableFileSeen>(copied->what).content,
            "[autorun]\r\nshell\\autorun\\command=E:\\a.exe\r\n");
  EXPECT_FALSE(sysmon(13, {{"TargetObject", "HKLM\\Software\\Run\\x"}, {"Details", "E:\\a.exe"}}));
}

TEST(SysmonEvidence, WhatNobodyReadsIsSkipped) {
  for (uint32_t id : {2u, 4u, 6u, 9u, 10u, 12u, 14u, 15u, 18u, 23u, 26u, 255u})
    EXPECT_FALSE(sysmon(id, {{"Image", "C:\\a.exe"}})) << id;
  EXPECT_FALSE(sysmon(3, {{"Image", "C:\\a.exe"}}));  // no addresses
  EXPECT_FALSE(
      sysmon(7, {{"Image", "C:\\a.exe"}, {"ImageLoaded", "C:\\b.dll"}, {"Signed", "true"}}));
}

TEST(SysmonEvidence, AnUnknownImageStaysUnknown) {
  const auto seen = sysmon(3, {{"Image", "<unknown process>"},
                               {"ProcessId", "9"},
                               {"Initiated", "true"},
                               {"DestinationIp", "192.0.2.1"}});
  EXPECT_TRUE(seen->actor.path.empty());
  EXPECT_FALSE(seen->actor.kernel);
}

TEST(WindowsEvidence, FilteredConnections) {
  const auto seen = security(5156, {{"ProcessID", "4"},
                                    {"Application", "System"},
                                    {"Direction", "%%14592"},
                                    {"SourceAddress", "10.0.0.2"},
                                    {"SourcePort", "50000"},
                                    {"DestAddress", "10.0.0.1"},
                                    {"DestPort", "445"},
                                    {"Protocol", "6"}});
  const auto& made = std::get<event::ConnectionMade>(seen->what);
  EXPECT_TRUE(seen->actor.kernel);
  EXPECT_EQ(made.outbound, false);
  EXPECT_EQ(made.remote.text(), "10.0.0.2:50000");
  const auto blocked = security(5157, {{"ProcessId", "8"},
                                       {"Application", "\\device\\harddiskvolume1\\a.exe"},
                                       {"Direction", "%%14593"},
                                       {"SourceAddress", "10.0.0.1"},
                                       {"SourcePort", "1"},
                                       {"DestAddress", "fe80::1%5"},
                                       {"DestPort", "2"},
                                       {"Protocol", "17"}});
  EXPECT_EQ(std::get<event::ConnectionMade>(blocked->what).blocked, true);
  EXPECT_EQ(std::get<event::ConnectionMade>(blocked->what).remote.address.text(), "fe80::1");
  EXPECT_FALSE(security(5158, {{"ProcessId", "8"}}));
}

TEST(WindowsEvidence, ProcessesLogonsAndShares) {
  const auto started = security(4688, {{"NewProcessId", "0x1f"},
                                       {"NewProcessName", "C:\\a.exe"},
                                       {"ProcessId", "0x10"},
                                       {"CommandLine", "a b"}});
  EXPECT_EQ(started->actor.pid, 31u);
  EXPECT_EQ(started->actor.parent_pid, 16u);
  const auto logon = security(4624, {{"TargetUserName", "ann"},
                                     {"TargetDomainName", "D"},
                                     {"LogonType", "3"},
                                     {"IpAddress", "10.0.0.9"},
                                     {"IpPort", "5"}});
  EXPECT_EQ(std::get<event::LoggedOn>(logon->what).method, "network");
  EXPECT_EQ(std::get<event::LoggedOn>(logon->what).user, "D\\ann");
  const auto share = security(5140, {{"ShareName", "\\\\*\\SYSVOL"}, {"IpAddress", "10.0.0.9"}});
  EXPECT_EQ(std::get<event::ShareConnected>(share->what).from.text(), "10.0.0.9");
}

TEST(AuditdEvidence, CallsOfTwoMachines) {
  const Fields x86 = {
      {"type", "SYSCALL"},  {"arch", "c000003e"}, {"syscall", "42"}, {"success", "no"},
      {"exit", "-115"},     {"pid", "7"},         {"exe", "/tmp/x"}, {"saddr_address", "192.0.2.1"},
      {"saddr_port", "443"}};
  const auto made = translated("linux", "", 0, x86);
  ASSERT_TRUE(made);
  EXPECT_EQ(std::get<event::ConnectionMade>(made->what).remote.text(), "192.0.2.1:443");
  EXPECT_EQ(made->platform, event::Platform::kLinux);
  const auto run = translated("linux", "", 0,
                              {{"type", "EXECVE"},
                               {"argc", "2"},
                               {"a0", "/bin/sh"},
                               {"a1", "-c"},
                               {"arch", "c00000b7"},
                               {"syscall", "221"},
                               {"success", "yes"},
                               {"pid", "7"},
                               {"exe", "/bin/sh"}});
  EXPECT_EQ(run->actor.command_line, "/bin/sh -c");
  Fields refused = x86;
  refused[4].second = "-111";
  EXPECT_FALSE(translated("linux", "", 0, refused));
}

TEST(WindowsEvidence, ServicesAreToldByBothLogs) {
  const auto by_system = translated(
      "windows", "System", 7045, {{"ServiceName", "s"}, {"ImagePath", "%SystemRoot%\\a.exe -x"}});
  ASSERT_TRUE(by_system);
  EXPECT_EQ(by_system->place.source, "System 7045");
  EXPECT_EQ(std::get<event::ServiceInstalled>(by_system->what).command, "%SystemRoot%\\a.exe -x");
  const auto by_security = security(
      4697, {{"ServiceName", "s"}, {"ServiceFileName", "C:\\a.exe"}, {"SubjectUserName", "eve"}});
  ASSERT_TRUE(by_security);
  EXPECT_EQ(std::get<event::ServiceInstalled>(by_security->what).command, "C:\\a.exe");
  EXPECT_EQ(by_security->actor.user, "eve");
  EXPECT_FALSE(translated("windows", "System", 7036, {{"param1", "s"}}));
}

TEST(WindowsEvidence, AnAuditedReadOfLsass) {
  const auto seen =
      security(4663, {{"ProcessId", "0x1f4"},
                      {"ProcessName", "C:\\x\\y.exe"},
                      {"ObjectType", "Process"},
                      {"ObjectName", "\\Device\\HarddiskVolume2\\Windows\\System32\\lsass.exe"},
                      {"AccessMask", "0x10"}});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->actor.pid, 500u);
  EXPECT_TRUE(std::holds_alternative<event::MemoryOpened>(seen->what));
  EXPECT_FALSE(security(4663, {{"ProcessId", "1"},
                               {"ObjectType", "File"},
                               {"ObjectName", "C:\\lsass.exe"},
                               {"AccessMask", "0x10"}}));
}

}  // namespace
}  // namespace picket::detect::evidence
