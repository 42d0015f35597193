// SPDX-License-Identifier: Apache-2.0
#include "app/tui/details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/tui/help.h"
#include "app/tui/sample_frames.h"

namespace picket::app::tui {
namespace {

using testing::HasSubstr;

view::FlowDetails full_details() {
  view::FlowDetails details;
  details.flow = sample::frame().flows[0].facts;
  details.flow.country = "NL";
  details.flow.as_number = 64'500;
  details.flow.as_organization = "Example Hosting";
  details.flow.name_learnt = sample::seconds_ago(9);
  details.flow.name_ttl_s = 300;
  details.flow.inode = 9911;
  event::ProcessFacts process;
  process.key = {4122, 1};
  process.started = sample::seconds_ago(40);
  process.name = "csrcs";
  process.command = "kworker/0:1";
  process.executable = "/tmp/csrcs";
  process.executable_deleted = true;
  process.invoked_as = "./csrcs";
  process.arguments = {"./csrcs", "-d", "it's here", ""};
  process.arguments_truncated = true;
  process.working_directory = "/tmp";
  process.uid = 33;
  process.user = "www-data";
  process.login_uid = 1000;
  process.login_user = "anna";
  process.session_id = 800;
  process.terminal = "pts/3";
  process.cgroup = "/system.slice/nginx.service";
  process.unit = "nginx.service";
  process.container = "docker:0123456789ab";
  process.pid_in_namespace = 7;
  process.file = {2049, 131'072, 1, 18'432};
  process.sha256 = std::string(64, 'a');
  process.package_match = event::PackageMatch::kUnpackaged;
  process.parents = {
      {{4100, 1}, sample::seconds_ago(60), "sh", "/usr/bin/dash"},
      {{1, 1}, sample::seconds_ago(86'400 * 3), "systemd", "/usr/lib/systemd/systemd"}};
  details.process = process;
  details.other_flows = {sample::frame().flows[2].facts};
  details.other_flows_total = 12;
  return details;
}

std::string text_of(const std::vector<DetailLine>& lines) {
  std::string out;
  for (const DetailLine& line : lines) {
    std::string label = to_utf8(line.label);
    label.resize(static_cast<size_t>(kDetailLabelCells), ' ');
    out += label + " " + to_utf8(line.text) + "\n";
  }
  return out;
}

TEST(Details, TellEverythingKnown) {
  const auto lines = describe(full_details(), sample::kNow, 120, Glyphs::of(false));
  EXPECT_EQ(text_of(lines), R"(Owner         csrcs, pid 4122
Known by      seen in the kernel as the process itself acted
Connection    tcp, outbound, established
Local         10.0.0.5:41822
Remote        203.0.113.9:80
Name          update.example (dns), learnt 9s ago, valid for 300 s
Network       NL, AS64500 Example Hosting
Opened        2026-01-02T12:04:27Z, 4s ago
Received      1,126 bytes in 9 packets, now 0/s
Sent          212 bytes in 7 packets, now 0/s
Round trip    12.4 ms, 1 segment sent again
Socket        inode 9911
Process       csrcs, pid 4122 (7 in its container), task name kworker/0:1
Started       2026-01-02T12:03:51Z, 40s ago
Program       /tmp/csrcs
Warning       the program's file has been deleted
Invoked as    ./csrcs
File          inode 131072, device 2049, 18,432 bytes
SHA-256       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
Package       owned by no package
Arguments     ./csrcs -d 'it'\''s here' '' ... (longer than was kept)
Directory     /tmp
User          www-data (33), logged in as anna (1000)
Terminal      pts/3, session 800
Unit          nginx.service
Container     docker:0123456789ab
Cgroup        /system.slice/nginx.service
Parents       ← sh, pid 4100, started 2026-01-02T12:03:31Z, 1m ago, /usr/bin/dash
              ← systemd, pid 1, started 2025-12-30T12:04:31Z, 3d ago, /usr/lib/systemd/systemd
Also talks to ESTAB tcp 10.0.0.5:41822 ← 10.0.0.7:50022
              and 11 more
)");
}

TEST(Details, EveryLineFitsAtEveryWidth) {
  for (int width = 30; width < 200; width += 7)
    for (const DetailLine& line : describe(full_details(), sample::kNow, width, Glyphs::of(true)))
      EXPECT_LE(kDetailLabelCells + 2 + static_cast<int>(cells(line.text)), width);
}

TEST(Details, OwnersThatAreNoProcessSayWhy) {
  view::FlowDetails details;
  details.flow = sample::frame().flows[2].facts;
  details.flow.owner = {};
  details.flow.process.clear();
  details.flow.user.clear();
  const auto text = [&](event::OwnerClass owner, const char* note) {
    details.flow.owner_class = owner;
    details.flow.owner_note = note;
    return text_of(describe(details, sample::kNow, 100, Glyphs::of(true)));
  };
  EXPECT_THAT(text(event::OwnerClass::kKernel, "WireGuard wg0"),
              HasSubstr("kernel: the kernel's own socket"));
  EXPECT_THAT(text(event::OwnerClass::kKernel, "WireGuard wg0"),
              HasSubstr("Note          WireGuard wg0"));
  EXPECT_THAT(text(event::OwnerClass::kNone, ""), HasSubstr("(unclaimed): no process holds it"));
  EXPECT_THAT(text(event::OwnerClass::kHidden, ""),
              HasSubstr("(hidden): a process that this picket may not see"));
  EXPECT_THAT(text(event::OwnerClass::kLost, ""), HasSubstr("(lost): unknown: the record"));
  EXPECT_THAT(text(event::OwnerClass::kProcess, "read later"), HasSubstr("(unknown)"));
}

TEST(Details, WarningsAreWordsAndStandOut) {
  view::FlowDetails details = full_details();
  details.process->executable_is_memfd = true;
  details.process->package = "dash";
  details.process->package_version = "0.5";
  details.process->package_match = event::PackageMatch::kDiffers;
  size_t warnings = 0;
  for (const DetailLine& line : describe(details, sample::kNow, 120, Glyphs::of(false)))
    warnings += line.tone == Tone::kSuspicious;
  EXPECT_EQ(warnings, 3u);  // deleted, memfd, not as shipped
}

TEST(Details, HostileTextCannotSteerTheTerminal) {
  view::FlowDetails details = full_details();
  details.process->arguments = {"\x1b]0;owned\x07", "a\nb", "\u202egnp"};
  details.process->working_directory = "/tmp/\x1b[2J";
  for (const DetailLine& line : describe(details, sample::kNow, 60, Glyphs::of(false)))
    for (char32_t c : line.text) EXPECT_NE(cell_width(c), 0u);
}

TEST(Details, UntilTheAnswerIsHereTheRowTellsWhatItKnows) {
  Model model = sample::model(100, 40);
  EXPECT_THAT(text_of(detail_lines(model)), HasSubstr("Choose a connection"));
  sample::press(model, Key::Kind::kTab);
  sample::press(model, U"j");
  const std::string row = text_of(detail_lines(model));
  EXPECT_THAT(row, HasSubstr("Why           file is in /tmp"));
  EXPECT_THAT(row, HasSubstr("Remote        203.0.113.9:80"));
  EXPECT_THAT(row, testing::Not(HasSubstr("SHA-256")));
  view::Frame frame = sample::frame();
  frame.details = full_details();
  model.on_frame(model.query(), frame);
  EXPECT_THAT(text_of(detail_lines(model)), HasSubstr("SHA-256"));
}

TEST(Help, NamesEveryKeyAndEveryLoss) {
  Model model = sample::model(100, 40);
  view::Frame frame = sample::frame();
  frame.status.lost = 1234;
  frame.status.losses = {{"sensor.ring_full", "records dropped, the ring was full", 1234}};
  frame.status.attributed_ratio = 0.99996;
  model.on_frame(model.query(), frame);
  const std::string help = text_of(help_lines(model));
  for (const char* key : {"j k, arrows", "PgUp PgDn", "Tab", "Enter", "Esc", "\n/ ", "g  G", "s  S",
                          "\nl ", "\np ", "\ne ", "\n? ", "\nq "})
    EXPECT_THAT(help, HasSubstr(key));
  EXPECT_THAT(help, HasSubstr("1,234 sensor.ring_full: records dropped"));
  EXPECT_THAT(help, HasSubstr("of 99.9 % of all flows")) << "never rounded up to certainty";
}

}  // namespace
}  // namespace picket::app::tui
