// SPDX-License-Identifier: Apache-2.0
#include "process/display_name.h"

#include <gtest/gtest.h>

namespace picket::process {
namespace {

using Arguments = std::vector<std::string>;

std::string name_of(std::string_view executable, const Arguments& arguments,
                    std::string_view command = "comm") {
  return display_name({executable, command, arguments});
}

TEST(DisplayName, IsTheBaseNameOfTheExecutable) {
  EXPECT_EQ(name_of("/usr/sbin/nginx", {"nginx: worker process"}), "nginx");
  // What a process calls itself does not matter.
  EXPECT_EQ(name_of("/tmp/miner", {"/usr/sbin/sshd", "-D"}, "sshd"), "miner");
}

TEST(DisplayName, SaysWhatAnInterpreterRuns) {
  struct Case {
    const char* executable;
    Arguments arguments;
    const char* name;
  };
  const Case cases[] = {
      {"/usr/bin/python3.11", {"python3", "/opt/x/backup.py", "-v"}, "backup.py (python3.11)"},
      {"/usr/bin/python3.11", {"python3", "-u", "-W", "ignore", "a.py"}, "a.py (python3.11)"},
      {"/usr/bin/python3.11", {"python3", "-m", "http.server", "80"}, "http.server (python3.11)"},
      {"/usr/bin/python3.11", {"python3", "-c", "import os"}, "python3.11"},
      {"/usr/bin/python3.11", {"python3"}, "python3.11"},
      {"/usr/bin/python3.11", {"python3", "-"}, "python3.11"},
      {"/usr/bin/python3.11",
       {"/usr/bin/python3", "/usr/bin/apt-listchanges"},
       "apt-listchanges (python3.11)"},
      {"/usr/bin/dash", {"sh", "-c", "curl x | sh"}, "dash"},
      {"/usr/bin/dash", {"sh", "-ec", "make"}, "dash"},
      {"/usr/bin/dash", {"/bin/sh", "/usr/sbin/update.sh", "-c", "x"}, "update.sh (dash)"},
      {"/usr/bin/dash", {"/bin/sh", "-e", "/etc/rc.local"}, "rc.local (dash)"},
      {"/usr/bin/bash", {"-bash"}, "bash"},
      {"/usr/bin/bash", {"bash", "-o", "pipefail", "run.sh"}, "run.sh (bash)"},
      {"/usr/bin/bash", {"bash", "--norc", "run.sh"}, "run.sh (bash)"},
      {"/usr/bin/bash", {"bash", "--", "-odd"}, "-odd (bash)"},
      {"/usr/bin/perl", {"perl", "-w", "x.pl"}, "x.pl (perl)"},
      {"/usr/bin/perl5.36.0", {"perl", "-e", "1"}, "perl5.36.0"},
      {"/usr/bin/ruby3.1", {"ruby", "-r", "set", "app.rb"}, "app.rb (ruby3.1)"},
      {"/usr/bin/node", {"node", "--inspect", "-r", "x", "/srv/server.js"}, "server.js (node)"},
      {"/usr/lib/jvm/bin/java", {"java", "-Xmx1g", "-jar", "/opt/app.jar", "-m"}, "app.jar (java)"},
      {"/usr/lib/jvm/bin/java", {"java", "-cp", "/a:/b", "org.x.Main"}, "org.x.Main (java)"},
      {"/usr/lib/jvm/bin/java", {"java", "-version"}, "java"},
      {"/usr/bin/busybox", {"wget", "-q"}, "wget (busybox)"},
      {"/usr/bin/busybox", {"busybox", "nc"}, "nc (busybox)"},
      {"/usr/bin/busybox", {"busybox"}, "busybox"},
      {"/lib64/ld-linux-x86-64.so.2",
       {"ld.so", "--library-path", "/x", "./tool"},
       "tool (ld-linux-x86-64.so.2)"},
      {"/usr/bin/shred", {"shred", "file"}, "shred"},
      {"/usr/bin/2048", {"2048", "x"}, "2048"},
  };
  for (const Case& expected : cases) {
    EXPECT_EQ(name_of(expected.executable, expected.arguments), expected.name)
        << testing::PrintToString(expected.arguments);
  }
}

TEST(DisplayName, SaysWhatIsOddAboutTheFile) {
  const Arguments none;
  EXPECT_EQ(display_name({"/tmp/x", "x", none, true}), "x (deleted)");
  EXPECT_EQ(display_name({"memfd:a", "x", none, true, true}), "memfd:a (memfd)");
  EXPECT_EQ(display_name({"", "kworker/0:1", none, false, false, true}), "kworker/0:1");
}

TEST(DisplayName, FallsBackToTheTaskName) {
  EXPECT_EQ(name_of("", {}, "tor"), "tor");
  EXPECT_EQ(name_of("", {"/usr/lib/systemd/systemd-resolved"}, "systemd-resolve"),
            "systemd-resolved");
  EXPECT_EQ(name_of("", {"/usr/bin/innocent"}, "systemd-resolve"), "systemd-resolve");
}

}  // namespace
}  // namespace picket::process
