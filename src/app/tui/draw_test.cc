// SPDX-License-Identifier: Apache-2.0
// Whole pictures: what a reader sees, and in which style, at the sizes that matter.
#include "app/tui/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/tui/sample_frames.h"

namespace picket::app::tui {
namespace {

using Kind = Key::Kind;
using sample::press;
using testing::HasSubstr;
using testing::Not;

TEST(Draw, EightyByTwentyFour) {
  const Model model = sample::model(80, 24);
  EXPECT_EQ("\n" + draw(model).text(), R"(
picket  vm  ● live  bpf  2,114 flows  311/s  lost 0  ⚑ 1 suspicious    12:04:31Z
  APPLICATION by traffic     PROCS  FLOWS LISTEN    IN/s   OUT/s REMOTE
  all 3 applications            61  2,114     12   2.1 M  87.9 K
⚑ csrcs                          2      1      1   1.1 K     205 203.0.113.9:80
  firefox                        2     41      1   2.1 M  88.0 K 23 hosts
  sshd                           2      1      1     410   1.9 K 23 hosts



── connections · 4 · by newest ─────────────────────────────────────────────────
  PROCESS          STATE  PROTO LOCAL    REMOTE                AGE     IN    OUT
⚑ csrcs            ESTAB  tcp   :41822   → 203.0.113.9:80       4s  1.1 K    212
× firefox          CLOSED tcp   :41822   → [2001:db8:85…]:443   4s  1.1 K    212
  sshd             ESTAB  tcp   :41822   ← 10.0.0.7:50022      >2h  1.1 K    212
  sshd             LISTEN tcp   0.0.0.0:22                      4s      -      -








? help  / filter  g group  s sort  Tab pane  Enter details  p pause  q quit
)");
}

TEST(Draw, StylesTellNewClosedAndSuspicious) {
  Model model = sample::model(80, 24);
  press(model, Kind::kTab);
  press(model, U"jjj");
  const Screen screen = draw(model);
  std::string styles = "\n";
  for (int y = 0; y < screen.height(); ++y) styles += screen.style_line(y) + "\n";
  EXPECT_EQ(styles, R"(
ssssss......nnnnnn...................................uuuuuuuuuuuuuu.............
..hhhhhhhhhhhhhhhhhhhhhh.....hhhhh..hhhhh.hhhhhh....hhhh...hhhhh.hhhhhh.........
################################################################################
u...............................................................................
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
..hhhhhhh..........hhhhh..hhhhh.hhhhh....hhhhhh................hhh.....hh....hhh
u.nnnnn............nnnnn..nnn...nnnnnn...nnnnnnnnnnnnnnnn.......nn..nnnnn....nnn
c.ccccccc..........cccccc.ccc...cccccc...cccccccccccccccccccc...cc..ccccc....ccc
PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
................................................................................
s.dddd..s.dddddd..s.ddddd..s.dddd..sss.dddd..sssss.ddddddd..s.ddddd..s.dddd.....
)");
}

TEST(Draw, HundredTwentyByFortyWithDetails) {
  Model model = sample::model(120, 40);
  press(model, U"j");
  model.on_frame(model.query(), sample::frame());
  press(model, Kind::kEnter);
  EXPECT_EQ("\n" + draw(model).text(), R"(
picket  0.1.0  vm  ● live  bpf  2,114 flows  311/s  lost 0  ⚑ 1 suspicious                                     12:04:31Z
  APPLICATION by traffic         PROCS   FLOWS LISTEN    IN/s   OUT/s LAST MINUTE              REMOTE
  all 3 applications                61   2,114     12   2.1 M  87.9 K
⚑ csrcs                              2       1      1   1.1 K     205 ▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█ 203.0.113.9:80
  firefox                            2      41      1   2.1 M  88.0 K ▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█ 23 hosts
  sshd                               2       1      1     410   1.9 K ▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█▂▄▅▆▇█ 23 hosts



── connections of csrcs · 4 · by newest ────────────────────────────────────────────────────────────────────────────────
  STATE  PROTO  LOCAL                     REMOTE                      NAME (how known)               AGE      IN     OUT
⚑ ESTAB  tcp    10.0.0.5:41822            → 203.0.113.9:80            update.example (dns)            4s   1.1 K     212
× CLOSED tcp    10.0.0.5:41822            → [2001:db8:85a3::8a2…]:443                                 4s   1.1 K     212
  ESTAB  tcp    10.0.0.5:41822            ← 10.0.0.7:50022                                           >2h   1.1 K     212
  LISTEN tcp    0.0.0.0:22                                                                            4s       -       -









── details ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
 Why           file is in /tmp
 Owner         csrcs, pid 4122
 Known by      seen in the kernel as the process itself acted
 Connection    tcp, outbound, established
 Local         10.0.0.5:41822
 Remote        203.0.113.9:80
 Name          update.example (dns)
 Opened        2026-01-02T12:04:27Z, 4s ago
 Received      1,126 bytes in 9 packets, now 0/s
 Sent          212 bytes in 7 packets, now 0/s
 Round trip    12.4 ms, 1 segment sent again
 User          anna (0)


? help  / filter  g group  s sort  Tab pane  Enter details  p pause  q quit  l local  e export
)");
}

TEST(Draw, AsciiHasNoOtherCharacter) {
  Model model = sample::model(80, 24, true);
  view::Frame frame = sample::frame();
  frame.groups[1].name = "日本";
  model.on_frame(model.query(), frame);
  const std::string text = draw(model).text();
  for (char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
  EXPECT_THAT(text, HasSubstr("\\u65e5\\u672c"));
  EXPECT_THAT(text, HasSubstr("! csrcs"));
  EXPECT_THAT(text, HasSubstr("* live"));
}

TEST(Draw, ThreeHundredByEightyUsesTheRoom) {
  const Model model = sample::model(300, 80);
  const std::string text = draw(model).text();
  EXPECT_THAT(text, HasSubstr("LAST MINUTE"));
  EXPECT_THAT(text, HasSubstr("WHERE"));
  EXPECT_THAT(text, HasSubstr("→ [2001:db8:85a3::8a2e:370:7334]:443"));
  EXPECT_THAT(text, HasSubstr("PID USER"));
  const Screen screen = draw(model);
  for (int y = 0; y < screen.height(); ++y) {
    size_t width = 0;
    for (int x = 0; x < screen.width(); ++x) width += screen.at(x, y).code_point != 0;
    EXPECT_EQ(width, 300u);
  }
}

TEST(Draw, NarrowWindowsDropColumnsInOrder) {
  const auto heading = [](int width, int line) {
    return draw(sample::model(width, 24)).line(line);
  };
  const Layout layout = Layout::of(80, 24, 0, false);
  EXPECT_THAT(heading(120, layout.groups_heading_y), HasSubstr("LAST MINUTE"));
  EXPECT_THAT(heading(80, layout.groups_heading_y), Not(HasSubstr("LAST MINUTE")));
  EXPECT_THAT(heading(80, layout.groups_heading_y), HasSubstr("LISTEN"));
  EXPECT_THAT(heading(60, layout.groups_heading_y), Not(HasSubstr("LISTEN")));
  EXPECT_THAT(heading(120, layout.flows_heading_y), HasSubstr("NAME (how known)"));
  EXPECT_THAT(heading(80, layout.flows_heading_y), Not(HasSubstr("NAME")));
}

TEST(Draw, ATinyWindowGetsASentence) {
  EXPECT_EQ("\n" + draw(sample::model(40, 10)).text(), R"(
This window is 40 by 10; picket watch
needs 60 by 12. Make it larger, or press
q and use picket connections.







)");
  for (int width : {0, 1, 5}) draw(sample::model(width, 3));
}

TEST(Draw, HostileNamesStayInTheirCells) {
  Model model = sample::model(80, 24);
  view::Frame frame = sample::frame();
  frame.groups[0].name = "evil\x1b[31m\nroot\u202e\xff";
  frame.groups[0].remote = "\x1b]0;title\x07";
  frame.flows[0].facts.process = "\rpicket";
  frame.flows[0].facts.remote_name = "\x9b\x1bname";
  frame.status.host = "h\x1b[2Jost";
  frame.status.mode_note = "note\nwith lines\x1b";
  frame.filter_error = "bad\x07";
  model.on_frame(model.query(), frame);
  const Screen screen = draw(model);
  for (int y = 0; y < screen.height(); ++y)
    for (int x = 0; x < screen.width(); ++x)
      EXPECT_TRUE(screen.at(x, y).code_point == 0 || cell_width(screen.at(x, y).code_point) != 0);
  EXPECT_THAT(screen.text(), HasSubstr("evil\\x1b[31m\\nroot"));
  EXPECT_THAT(screen.text(), HasSubstr("\\x0dpicket"));
}

TEST(Draw, WideCharactersKeepTheColumnsInLine) {
  Model model = sample::model(80, 24);
  view::Frame frame = sample::frame();
  frame.groups[0].name = "日本語プログラムの長い名前です";
  model.on_frame(model.query(), frame);
  const Screen screen = draw(model);
  const Layout layout = model.layout();
  // The digit of PROCS stands in the same cell on every row.
  for (int row = 1; row <= 3; ++row)
    EXPECT_EQ(screen.at(33, layout.groups_y + row).code_point, U'2') << screen.text();
}

TEST(Draw, BannersAreLoudAndInWords) {
  Model model = sample::model(100, 30);
  view::Frame frame = sample::frame();
  frame.status.self_test = "own connection was credited to pid 1";
  frame.status.mode = "fallback";
  frame.status.mode_note = "short-lived connections may be missing";
  model.on_frame(model.query(), frame);
  const Screen screen = draw(model);
  EXPECT_EQ(screen.line(1),
            " SELF-TEST FAILED: own connection was credited to pid 1. What is shown below may be "
            "wrong; see");
  EXPECT_EQ(screen.line(2), " picket doctor.");
  EXPECT_EQ(screen.style_line(1), std::string(100, 'l'));
  EXPECT_EQ(screen.line(3), " fallback: short-lived connections may be missing");
  EXPECT_EQ(screen.style_line(3), std::string(100, 'w'));
  frame.status = sample::status();
  frame.status.ready = false;
  model.on_frame(model.query(), frame);
  EXPECT_THAT(draw(model).line(1), HasSubstr("Starting:"));
}

TEST(Draw, OwnersThatAreNoProcessAreInBrackets) {
  Model model = sample::model(80, 24);
  view::Frame frame = sample::frame();
  frame.flows.resize(3);
  frame.flows[0].facts.owner_class = event::OwnerClass::kHidden;
  frame.flows[1].facts.owner_class = event::OwnerClass::kNone;
  frame.flows[1].facts.role = event::Role::kClient;
  frame.flows[2].facts.owner_class = event::OwnerClass::kKernel;
  frame.flows[2].facts.process = "";
  model.on_frame(model.query(), frame);
  const std::string text = draw(model).text();
  EXPECT_THAT(text, HasSubstr("(hidden)"));
  EXPECT_THAT(text, HasSubstr("(closing)"));
  EXPECT_THAT(text, HasSubstr("  kernel "));
}

TEST(Draw, PauseFilterMessagesAndProblemsAreSaid) {
  Model model = sample::model(80, 24);
  press(model, U"/port:x");
  view::Frame frame = sample::frame();
  frame.flows.clear();
  frame.flows_total = 0;
  frame.filter_error = "port: \"x\" is not a number";
  model.on_frame(model.query(), frame);
  EXPECT_EQ(draw(model).line(23),
            "filter: port:x█                           port: \"x\" is not a number");
  press(model, Kind::kEnter);
  EXPECT_EQ(draw(model).line(23), "filter: port: \"x\" is not a number");
  EXPECT_THAT(draw(model).text(), HasSubstr("The filter is not understood"));
  press(model, Kind::kEscape);
  model.on_frame(model.query(), sample::frame());
  model.on_source_problem("connect to the agent: Connection refused; trying again");
  EXPECT_THAT(draw(model).line(0), HasSubstr("standing"));
  EXPECT_THAT(draw(model).line(23), HasSubstr("Connection refused"));
  model.on_frame(model.query(), sample::frame());
  press(model, U"p");
  EXPECT_THAT(draw(model).line(0), HasSubstr("‖ paused 12:04:31Z"));
  EXPECT_THAT(draw(model).line(23), HasSubstr("p go on"));
}

TEST(Draw, EmptyStatesTeach) {
  Model fresh({false, view::Grouping::kApplication, "", false});
  EXPECT_THAT(draw(fresh).text(), HasSubstr("Asking the agent"));
  fresh.on_source_problem("No agent is running here. Start one with: picket run");
  EXPECT_THAT(draw(fresh).text(), HasSubstr("Start one with: picket run"));
  view::Frame empty;
  empty.status = sample::status();
  fresh.on_frame(fresh.query(), empty);
  EXPECT_THAT(draw(fresh).text(), HasSubstr("New connections appear here at once."));
  press(fresh, U"/zzz");
  fresh.on_frame(fresh.query(), empty);
  EXPECT_THAT(draw(fresh).text(), HasSubstr("Nothing matches the filter"));
}

TEST(Draw, OverlaysStayInsideTheWindow) {
  Model model = sample::model(60, 12);
  press(model, U"?");
  EXPECT_THAT(draw(model).line(0), HasSubstr("help"));
  EXPECT_THAT(draw(model).line(11), HasSubstr("Esc back"));
  press(model, U"?");
  press(model, U"G");
  EXPECT_THAT(draw(model).text(), HasSubstr("3  remote host"));
}

TEST(Screen, ClipsAtEveryEdge) {
  Screen screen(4, 2);
  screen.put(-1, 0, U"abc", {});
  screen.put(3, 1, U"日", {});
  screen.put(0, 5, U"x", {});
  screen.fill(-5, 0, 3, U'!', {});
  screen.mark(2, 0, 99, CursorMark::kActive);
  EXPECT_EQ(screen.text(), "bc\n\n");
  EXPECT_EQ(screen.style_line(0), "..PP");
  EXPECT_EQ(Screen(100'000, -3).width(), kScreenSideMax);
}

}  // namespace
}  // namespace picket::app::tui
