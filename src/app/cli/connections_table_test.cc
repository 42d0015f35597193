// SPDX-License-Identifier: Apache-2.0
#include "app/cli/connections_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/test_flows.h"
#include "view/text_width.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;

std::string table(const std::vector<FlowFacts>& flows, size_t width, bool utf8 = true) {
  return connections_table(flows,
                           {.width = width, .utf8 = utf8, .now = test::kTestNow, .columns = {}});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

TEST(ConnectionsTable, Golden60) {
  EXPECT_EQ(table(test::ordinary_flows(), 60), R"(PROCESS                PID PROTO   REMOTE
csrcs (deleted)       4122 tcp   → 203.0.113.9:80
firefox               2200 tcp   → [2001:db8:1:…3:4:5:6]:443
sshd (via listener)    990 tcp   ← 10.0.0.7:51234
(no process: closing)    - tcp   → 198.51.100.7:443

kernel                   - udp     on 0.0.0.0:51820
sshd                   700 tcp     on 0.0.0.0:22
nginx                  811 tcp     on [::]:443

4 connections and 3 listening sockets of 5 processes;
in 2.1 M, out 90.1 K; 1 without a known process
)");
}

TEST(ConnectionsTable, Golden80) {
  EXPECT_EQ(table(test::ordinary_flows(), 80),
            R"(PROCESS              PID PROTO STATE     LOCAL             REMOTE
csrcs (deleted)     4122 tcp   ESTAB     10.0.0.5:41822  → 203.0.113.9:80
firefox             2200 tcp   ESTAB     [2001:d…]:50000 → [2001:db8:…4:5:6]:443
sshd (via listener)  990 tcp   ESTAB     10.0.0.5:22     ← 10.0.0.7:51234
(no process: clos…)    - tcp   TIME-WAIT 10.0.0.5:40000  → 198.51.100.7:443

kernel                 - udp   OPEN      0.0.0.0:51820     *
sshd                 700 tcp   LISTEN    0.0.0.0:22        *
nginx                811 tcp   LISTEN    [::]:443          *

4 connections and 3 listening sockets of 5 processes; in 2.1 M, out 90.1 K;
1 without a known process
)");
}

TEST(ConnectionsTable, Golden120) {
  EXPECT_EQ(
      table(test::ordinary_flows(), 120),
      R"(PROCESS                 PID  PROTO  STATE      LOCAL                   REMOTE                      NAME (how known)
csrcs (deleted)        4122  tcp    ESTAB      10.0.0.5:41822       →  203.0.113.9:80              update.example (dns)
firefox                2200  tcp    ESTAB      [2001:db8::5]:50000  →  [2001:db8:1:2:3:4:5:6]:443  …dn.example.net (sni)
sshd (via listener)     990  tcp    ESTAB      10.0.0.5:22          ←  10.0.0.7:51234
(no process: closing)     -  tcp    TIME-WAIT  10.0.0.5:40000       →  198.51.100.7:443

kernel                    -  udp    OPEN       0.0.0.0:51820           *
sshd                    700  tcp    LISTEN     0.0.0.0:22              *
nginx                   811  tcp    LISTEN     [::]:443                *

4 connections and 3 listening sockets of 5 processes; in 2.1 M, out 90.1 K; 1 without a known process
)");
}

TEST(ConnectionsTable, Golden200) {
  EXPECT_EQ(
      table(test::ordinary_flows(), 200),
      R"(PROCESS                 PID  USER      PROTO  STATE      LOCAL                   REMOTE                      NAME (how known)                          IN     OUT  AGE  EXECUTABLE
csrcs (deleted)        4122  www-data  tcp    ESTAB      10.0.0.5:41822       →  203.0.113.9:80              update.example (dns)                   1.1 K     212   4s  /tmp/csrcs
firefox                2200  alice     tcp    ESTAB      [2001:db8::5]:50000  →  [2001:db8:1:2:3:4:5:6]:443  …long-host-name.cdn.example.net (sni)  2.1 M  88.0 K  12m  /usr/lib/firefox-esr/firefox-esr
sshd (via listener)     990  root      tcp    ESTAB      10.0.0.5:22          ←  10.0.0.7:51234                                                       400   1.9 K   3h  /usr/bin/sshd
(no process: closing)     -  -         tcp    TIME-WAIT  10.0.0.5:40000       →  198.51.100.7:443                                                       -       -   4s

kernel                    -  -         udp    OPEN       0.0.0.0:51820           *                                                                      0       0   4s
sshd                    700  root      tcp    LISTEN     0.0.0.0:22              *                                                                      0       0  >3d  /usr/bin/sshd
nginx                   811  root      tcp    LISTEN     [::]:443                *                                                                      0       0  >3d  /usr/bin/nginx

4 connections and 3 listening sockets of 5 processes; in 2.1 M, out 90.1 K; 1 without a known process
)");
}

TEST(ConnectionsTable, Golden300) {
  EXPECT_EQ(
      table(test::ordinary_flows(), 300),
      R"(PROCESS                 PID  USER      PROTO  STATE      LOCAL                   REMOTE                      NAME (how known)                             PLACE                     UNIT/CONTAINER                    IN     OUT   IN/s  OUT/s    RTT  AGE  OWNER KNOWN BY  EXECUTABLE
csrcs (deleted)        4122  www-data  tcp    ESTAB      10.0.0.5:41822       →  203.0.113.9:80              update.example (dns)                         NL AS64500 Example Host…  nginx.service                  1.1 K     212      0      0  18 ms   4s  hook            /tmp/csrcs
firefox                2200  alice     tcp    ESTAB      [2001:db8::5]:50000  →  [2001:db8:1:2:3:4:5:6]:443  …ather-long-host-name.cdn.example.net (sni)                            app-firefox@autostart.service  2.1 M  88.0 K  1.5 K      0         12m  hook            /usr/lib/firefox-esr/firefox-esr
sshd (via listener)     990  root      tcp    ESTAB      10.0.0.5:22          ←  10.0.0.7:51234                                                                                     ssh.service                      400   1.9 K      0      0          3h  inherited       /usr/bin/sshd
(no process: closing)     -  -         tcp    TIME-WAIT  10.0.0.5:40000       →  198.51.100.7:443                                                                                                                      -       -      -      -          4s  -

kernel                    -  -         udp    OPEN       0.0.0.0:51820           *                                                                                                                                     0       0      0      0          4s  -
sshd                    700  root      tcp    LISTEN     0.0.0.0:22              *                                                                                                                                     0       0      0      0         >3d  hook            /usr/bin/sshd
nginx                   811  root      tcp    LISTEN     [::]:443                *                                                                                                  docker:3f2a9c1b7d42                0       0      0      0         >3d  hook            /usr/bin/nginx

4 connections and 3 listening sockets of 5 processes; in 2.1 M, out 90.1 K; 1 without a known process
)");
}

TEST(ConnectionsTable, NoLineIsWiderThanTheTerminal) {
  for (size_t width = 20; width <= 320; ++width) {
    for (const std::string& line : lines_of(table(test::ordinary_flows(), width))) {
      if (line.starts_with("4 connections")) break;  // a sentence, folded at its semicolons only
      EXPECT_LE(view::display_width(line), width) << line;
    }
  }
}

TEST(ConnectionsTable, WithoutLimitNothingIsCut) {
  const std::string text = table(test::ordinary_flows(), 0);
  EXPECT_EQ(text.find("…"), std::string::npos);
  EXPECT_NE(text.find("a-rather-long-host-name.cdn.example.net (sni)"), std::string::npos);
  EXPECT_NE(text.find("NL AS64500 Example Hosting"), std::string::npos);
  EXPECT_NE(text.find("/usr/lib/firefox-esr/firefox-esr"), std::string::npos);
}

TEST(ConnectionsTable, WithoutUtf8ItIsAscii) {
  for (char c : table(test::ordinary_flows(), 80, false))
    EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  EXPECT_NE(table(test::ordinary_flows(), 80, false).find("-> 203.0.113.9:80"), std::string::npos);
}

TEST(ConnectionsTable, ColourOnlyWhenAskedAndOnlyColour) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  const std::string plain = table(flows, 80);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  std::string colored =
      connections_table(flows, {.width = 80, .color = true, .now = test::kTestNow, .columns = {}});
  EXPECT_NE(colored.find("\x1b[31mcsrcs (deleted)"), std::string::npos);
  for (size_t at; (at = colored.find('\x1b')) != std::string::npos;)
    colored.erase(at, colored.find('m', at) - at + 1);
  EXPECT_EQ(colored, plain);
}

TEST(ConnectionsTable, ChosenColumnsAndNoOthers) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  const TableStyle style{
      .width = 80, .now = test::kTestNow, .columns = {Column::kRemote, Column::kPid, Column::kHow}};
  const std::vector<std::string> lines =
      lines_of(connections_table(std::span(flows).first(1), style));
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0], "REMOTE          PID OWNER KNOWN BY");
  EXPECT_EQ(lines[1], "203.0.113.9:80 4122 hook");
}

TEST(ConnectionsTable, EachOwnerIsSaidAsItIs) {
  FlowFacts flow = test::ordinary_flows().front();
  const auto owner = [&flow] { return owner_phrase(flow).whole(); };
  EXPECT_EQ(owner(), "csrcs (deleted)");
  flow.process = "csrcs (deleted)";  // said already
  EXPECT_EQ(owner(), "csrcs (deleted)");
  flow.process = "loader";
  flow.executable_is_memfd = true;
  EXPECT_EQ(owner(), "loader (memfd)");
  flow.process.clear();
  EXPECT_EQ(owner(), "csrcs (memfd)");  // the program's file name, for want of another
  flow.executable.clear();
  EXPECT_EQ(owner(), "(unnamed) (memfd)");
  flow.owner_class = event::OwnerClass::kHidden;
  EXPECT_EQ(owner(), "(hidden: other user)");
  flow.owner_class = event::OwnerClass::kLost;
  EXPECT_EQ(owner(), "(unknown: record lost)");
  flow.owner_class = event::OwnerClass::kNone;
  EXPECT_EQ(owner(), "(no process)");
  flow.state = event::FlowState::kFinWait1;
  EXPECT_EQ(owner(), "(no process: closing)");
  flow.owner_class = event::OwnerClass::kKernel;
  EXPECT_EQ(owner(), "kernel");
}

TEST(ConnectionsTable, HowTheOwnerIsKnown) {
  FlowFacts flow = test::ordinary_flows().front();
  EXPECT_EQ(attribution_text(flow), "hook");
  flow.shared = true;
  EXPECT_EQ(attribution_text(flow), "hook, shared");
  flow.owner_note = "several processes use this socket";
  EXPECT_EQ(attribution_text(flow), "hook: several processes use this socket");
  flow.owner_class = event::OwnerClass::kNone;
  flow.owner_note = "nobody holds it";
  EXPECT_EQ(attribution_text(flow), "nobody holds it");
}

TEST(ConnectionsTable, HostileNamesStayInTheirCell) {
  std::vector<FlowFacts> flows(4, test::ordinary_flows().front());
  flows[0].process = "evil\x1b[2J\x1b]0;title\x07";
  flows[1].process =
      "two\nlines\r\xc2\x9b"
      "31m";
  flows[2].process = "日本語のとても長いプロセス名です";
  flows[3].process = "exe.\u202egnp\u200b";
  for (FlowFacts& flow : flows) {
    flow.remote_name = flow.user = flow.unit = flow.executable = flow.owner_note = flow.process;
    flow.as_organization = flow.country = flow.network_namespace_name = flow.process;
  }
  for (size_t width : {0, 20, 40, 80, 120, 300}) {
    const std::string text = table(flows, width);
    for (char c : text)
      EXPECT_FALSE((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f);
    for (std::string_view hidden : {"\u202e", "\u200b", "\xc2\x9b"})
      EXPECT_EQ(text.find(hidden), std::string::npos);
    const std::vector<std::string> lines = lines_of(text);
    ASSERT_EQ(std::ranges::find(lines, "") - lines.begin(), 5);  // a heading and four rows
    for (size_t i = 0; width != 0 && i < 5; ++i) EXPECT_LE(view::display_width(lines[i]), width);
  }
}

TEST(ConnectionsTable, WideCharactersKeepColumnsAligned) {
  std::vector<FlowFacts> flows(2, test::ordinary_flows().front());
  flows[1].process = "日本";
  flows[1].executable_deleted = false;
  const std::vector<std::string> lines = lines_of(table(flows, 80));
  const auto column_of = [](const std::string& line, std::string_view what) {
    return view::display_width(line.substr(0, line.find(what)));
  };
  EXPECT_EQ(column_of(lines[1], "203.0.113.9"), column_of(lines[2], "203.0.113.9"));
  EXPECT_EQ(column_of(lines[0], "REMOTE"), column_of(lines[2], "203.0.113.9"));
}

TEST(ConnectionsTable, ListenersComeLastAndAlone) {
  std::vector<FlowFacts> flows = test::ordinary_flows();
  std::ranges::reverse(flows);
  const std::vector<std::string> lines = lines_of(table(flows, 120));
  EXPECT_THAT(lines[1], testing::HasSubstr("(no process"));
  EXPECT_EQ(lines[5], "");
  EXPECT_THAT(lines[6], testing::StartsWith("nginx"));
  flows.resize(2);  // listeners only: no empty part
  EXPECT_THAT(lines_of(table(flows, 120))[1], testing::StartsWith("nginx"));
}

TEST(ConnectionsTable, SummaryCounts) {
  std::vector<FlowFacts> flows = test::ordinary_flows();
  EXPECT_EQ(connections_summary(std::span(flows).first(1)),
            "1 connection and 0 listening sockets of 1 process; in 1.1 K, out 212");
  flows[0].closed = test::kTestNow;
  EXPECT_EQ(
      connections_summary(flows),
      "4 connections (1 just closed) and 3 listening sockets of 5 processes; in 2.1 M, out 90.1 K; "
      "1 without a known process");
}

TEST(ConnectionsTable, EmptyTeaches) {
  EXPECT_EQ(table({}, 80), "");
  EXPECT_EQ(nothing_found("port:443 name:\x1b[2J"),
            "No connection and no listening socket matches: port:443 name:\\x1b[2J\n"
            "  Ask for less (every filter narrows the list), or wait for one: picket watch\n");
  EXPECT_THAT(nothing_found(""), testing::StartsWith("No process has a network socket here"));
}

TEST(StatusWarnings, SaysWhatIsMissing) {
  view::Status status;
  status.ready = true;
  status.mode = "bpf";
  status.self_test = "passed";
  EXPECT_EQ(status_warnings(status), "");
  status.ready = false;
  status.mode = "fallback";
  status.mode_note = "connections shorter than a second may be missing";
  status.self_test = "own connection was credited to pid 7";
  status.losses = {{"sensor.ring_full", "records the reader was too slow for", 1200}};
  EXPECT_EQ(
      status_warnings(status),
      "picket: still looking at what runs here: this list is not complete yet\n"
      "picket: fallback mode: connections shorter than a second may be missing (picket doctor "
      "tells why)\n"
      "picket: SELF-TEST FAILED: own connection was credited to pid 7; do not rely on this list\n"
      "picket: lost 1,200 (sensor.ring_full): records the reader was too slow for\n");
  status.mode_note = "\x1b[2J";
  EXPECT_EQ(status_warnings(status).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace picket::app::cli
