// SPDX-License-Identifier: Apache-2.0
#include "app/tui/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/tui/details.h"
#include "app/tui/sample_frames.h"
#include "base/counter.h"

namespace picket::app::tui {
namespace {

using Kind = Key::Kind;
using sample::frame;
using sample::numbered;
using sample::press;

TEST(Model, AsksForWhatFitsTheWindow) {
  Model model = sample::model(80, 24);
  const auto query = model.query();
  EXPECT_EQ(query.grouping, view::Grouping::kApplication);
  EXPECT_EQ(query.flows_from, 0u);
  EXPECT_EQ(query.flows_max, 3 * model.flows().height());
  model.resize(300, 80);
  EXPECT_GT(model.query().flows_max, query.flows_max);
}

TEST(Model, ChoosingAnApplicationAsksForItsConnections) {
  Model model = sample::model(80, 24);
  press(model, Kind::kDown);
  EXPECT_EQ(model.query().selected_group, "app:csrcs");
  press(model, U"j");
  EXPECT_EQ(model.query().selected_group, "app:firefox");
  press(model, U"kk");
  EXPECT_EQ(model.query().selected_group, "") << "the top line is all of them";
}

TEST(Model, AnswersToOldQuestionsAreDropped) {
  Model model = sample::model(80, 24);
  const auto old = model.query();
  press(model, U"j");
  EXPECT_FALSE(model.on_frame(old, frame()));
  EXPECT_TRUE(model.on_frame(model.query(), frame()));
  press(model, U"s");
  EXPECT_FALSE(model.on_frame(old, frame()));
}

TEST(Model, TabGoesRoundThePanes) {
  Model model = sample::model(80, 24);
  press(model, Kind::kTab);
  EXPECT_EQ(model.focus(), Focus::kFlows);
  press(model, Kind::kTab);
  EXPECT_EQ(model.focus(), Focus::kGroups);
  press(model, Kind::kBackTab);
  EXPECT_EQ(model.focus(), Focus::kFlows);
  press(model, Kind::kEnter);
  press(model, Kind::kTab);
  EXPECT_EQ(model.focus(), Focus::kDetails);
}

TEST(Model, EnterGoesIntoAnApplicationAndOpensDetails) {
  Model model = sample::model(80, 24);
  press(model, U"j");
  press(model, Kind::kEnter);
  EXPECT_EQ(model.focus(), Focus::kFlows);
  EXPECT_TRUE(model.details_open());
  model.on_frame(model.query(), frame());
  press(model, Kind::kDown);
  EXPECT_EQ(model.query().selected_flow, "1");
  press(model, Kind::kEnter);
  EXPECT_FALSE(model.details_open());
}

TEST(Model, EscapeGoesBackOneStepAtATime) {
  Model model = sample::model(80, 24);
  press(model, U"j");
  press(model, U"/ab");
  press(model, Kind::kEnter);
  model.on_frame(model.query(), frame());
  press(model, Kind::kTab);
  press(model, Kind::kDown);
  press(model, Kind::kEnter);
  ASSERT_TRUE(model.details_open());
  press(model, Kind::kEscape);
  EXPECT_FALSE(model.details_open());
  EXPECT_EQ(model.query().filter, "ab");
  press(model, Kind::kEscape);
  EXPECT_EQ(model.query().filter, "");
  model.on_frame(model.query(), frame());
  press(model, Kind::kDown);
  press(model, Kind::kEscape);
  EXPECT_FALSE(model.flows().cursor());
  EXPECT_EQ(model.query().selected_group, "app:csrcs");
  press(model, Kind::kEscape);
  EXPECT_EQ(model.query().selected_group, "");
}

TEST(Model, FilterAsYouType) {
  Model model = sample::model(80, 24);
  press(model, U"/port:443q");
  EXPECT_TRUE(model.filter_editing());
  EXPECT_EQ(model.query().filter, "port:443q") << "keys of commands are text here";
  press(model, Kind::kBackspace);
  EXPECT_EQ(model.query().filter, "port:443");
  press(model, Kind::kHome);
  press(model, Kind::kDelete);
  press(model, Kind::kRight);
  press(model, U"X");
  EXPECT_EQ(model.query().filter, "oXrt:443");
  press(model, Kind::kEnd);
  press(model, U" udp");
  press(model, Kind::kClearWord);
  EXPECT_EQ(model.query().filter, "oXrt:443 ");
  press(model, Kind::kClearLine);
  EXPECT_EQ(model.query().filter, "");
  press(model, U"ssh");
  press(model, Kind::kEscape);
  EXPECT_FALSE(model.filter_editing());
  EXPECT_EQ(model.query().filter, "");
}

TEST(Model, AFullFilterRefusesAndCounts) {
  const auto refused = [] { return Counter::value_of("tui.filter_full"); };
  Model model = sample::model(80, 24);
  press(model, U"/");
  const uint64_t before = refused();
  press(model, std::u32string(kFilterCharactersMax + 5, U'a'));
  EXPECT_EQ(model.query().filter.size(), kFilterCharactersMax);
  EXPECT_EQ(refused(), before + 5);
  press(model, U"\x1b\x9b");
  EXPECT_EQ(refused(), before + 5) << "control characters are no text at all";
}

TEST(Model, GroupingCyclesAndCanBeChosen) {
  Model model = sample::model(80, 24);
  press(model, U"jg");
  EXPECT_EQ(model.query().grouping, view::Grouping::kProcess);
  EXPECT_EQ(model.query().selected_group, "") << "another list, another cursor";
  press(model, U"gggg");
  EXPECT_EQ(model.query().grouping, view::Grouping::kApplication);
  press(model, U"Gjj");
  EXPECT_EQ(model.menu_choice(), view::Grouping::kRemoteHost);
  EXPECT_EQ(model.query().grouping, view::Grouping::kApplication);
  press(model, Kind::kEnter);
  EXPECT_EQ(model.query().grouping, view::Grouping::kRemoteHost);
  EXPECT_EQ(model.overlay(), Overlay::kNone);
  press(model, U"G5");
  EXPECT_EQ(model.query().grouping, view::Grouping::kContainer);
  press(model, U"Gk");
  press(model, Kind::kEscape);
  EXPECT_EQ(model.query().grouping, view::Grouping::kContainer);
}

TEST(Model, SortsThePaneThatHasTheKeys) {
  Model model = sample::model(80, 24);
  press(model, U"s");
  EXPECT_EQ(model.query().group_order, view::GroupOrder::kName);
  EXPECT_EQ(model.query().flow_order, view::FlowOrder::kNewest);
  press(model, U"SS");
  EXPECT_EQ(model.query().group_order, view::GroupOrder::kNewest);
  press(model, Kind::kTab);
  press(model, U"s");
  EXPECT_EQ(model.query().flow_order, view::FlowOrder::kTraffic);
  press(model, U"SS");
  EXPECT_EQ(model.query().flow_order, view::FlowOrder::kProcess);
}

TEST(Model, LocalTrafficCanBeHidden) {
  Model model = sample::model(80, 24);
  press(model, U"l");
  EXPECT_TRUE(model.query().hide_local);
  EXPECT_FALSE(model.message().empty());
  press(model, U"l");
  EXPECT_FALSE(model.query().hide_local);
}

TEST(Model, PauseFreezesThePicture) {
  Model model = sample::model(80, 24);
  press(model, U"p");
  EXPECT_TRUE(model.paused());
  EXPECT_FALSE(model.wants_frames());
  EXPECT_FALSE(model.on_frame(model.query(), numbered(10, 3, 0, 3)));
  EXPECT_EQ(model.frame().flows.size(), 4u);
  for (char32_t key : std::u32string_view(U"/gsSl")) {
    const auto before = model.query();
    press(model, std::u32string(1, key));
    EXPECT_EQ(model.query(), before);
    EXPECT_THAT(model.message(), testing::HasSubstr("Paused"));
  }
  // Reading on is allowed: what is here can be looked at.
  press(model, Kind::kTab);
  press(model, U"jj");
  EXPECT_EQ(model.flow()->facts.id, "2");
  press(model, U"p");
  EXPECT_TRUE(model.wants_frames());
  EXPECT_TRUE(model.on_frame(model.query(), frame()));
}

TEST(Model, ThereIsNothingToPauseBeforeTheFirstFrame) {
  Model model({false, view::Grouping::kApplication, "", false});
  press(model, U"p");
  EXPECT_TRUE(model.wants_frames());
}

TEST(Model, TheRowUnderTheCursorStaysWhenThousandsArrive) {
  Model model = sample::model(120, 40);
  model.on_frame(model.query(), numbered(1000, 60, 0, 20'000));
  press(model, Kind::kTab);
  press(model, U"jjjj");
  ASSERT_EQ(*model.flows().cursor(), "1003");
  const size_t line = model.flows().cursor_line();
  // The view was asked to keep the row in the window and did: it is at place 1,253 now.
  EXPECT_EQ(model.query().flows_around, "1003");
  model.on_frame(model.query(), numbered(980, 60, 1230, 21'250));
  EXPECT_EQ(model.flows().cursor_line(), line);
  EXPECT_EQ(model.flow()->facts.id, "1003");
  EXPECT_EQ(model.flows().hidden_above(), 1230 + 23 - line);
  const auto lines = model.flows().lines();
  for (const auto& each : lines) EXPECT_EQ(each.what, ListPane::Line::What::kRow);
}

TEST(Model, AVanishedFlowStaysUnderTheCursorAsGone) {
  Model model = sample::model(80, 24);
  press(model, Kind::kTab);
  press(model, U"jj");
  model.on_frame(model.query(), frame());
  EXPECT_FALSE(model.flow_gone());
  view::Frame without = frame();
  without.flows.erase(without.flows.begin() + 1);
  without.flows_total = 3;
  model.on_frame(model.query(), without);
  EXPECT_TRUE(model.flow_gone());
  EXPECT_EQ(model.flow()->facts.id, "2");
  press(model, U"j");
  EXPECT_FALSE(model.flow_gone());
  EXPECT_EQ(model.flow()->facts.id, "3");
}

TEST(Model, AFlowOutsideTheWindowLivesOnThroughItsDetails) {
  Model model = sample::model(80, 24);
  press(model, Kind::kTab);
  press(model, U"j");
  view::Frame elsewhere = numbered(500, 20, 500, 1000);
  elsewhere.details.emplace();
  elsewhere.details->flow = frame().flows[0].facts;
  elsewhere.details->flow.counters.bytes_in = 77;
  model.on_frame(model.query(), elsewhere);
  EXPECT_FALSE(model.flow_gone());
  EXPECT_EQ(model.flow()->facts.counters.bytes_in, 77u);
}

TEST(Model, AVanishedApplicationStaysUnderTheCursorAsGone) {
  Model model = sample::model(80, 24);
  press(model, U"jj");
  model.on_frame(model.query(), frame());
  view::Frame without = frame();
  without.groups.erase(without.groups.begin() + 1);
  without.groups_total = 2;
  model.on_frame(model.query(), without);
  EXPECT_TRUE(model.group_gone());
  EXPECT_EQ(model.group()->name, "firefox");
  press(model, U"j");
  EXPECT_FALSE(model.group_gone());
  EXPECT_EQ(model.group()->name, "sshd");
}

TEST(Model, DetailsScrollWithinTheirBounds) {
  Model model = sample::model(80, 24);
  press(model, Kind::kTab);
  press(model, U"j");
  press(model, Kind::kEnter);
  press(model, Kind::kTab);
  ASSERT_EQ(model.focus(), Focus::kDetails);
  press(model, U"k");
  EXPECT_EQ(model.details_scroll(), 0u);
  press(model, Kind::kEnd);
  const size_t seen = static_cast<size_t>(model.layout().details_lines);
  EXPECT_EQ(model.details_scroll(), detail_lines(model).size() - seen);
  press(model, Kind::kPageDown);
  EXPECT_EQ(model.details_scroll(), detail_lines(model).size() - seen);
  model.resize(200, 80);
  EXPECT_EQ(model.details_scroll(), 0u) << "all of it fits now";
}

TEST(Model, HelpAndMenuTakeTheKeys) {
  Model model = sample::model(80, 24);
  press(model, U"?");
  EXPECT_EQ(model.overlay(), Overlay::kHelp);
  press(model, Kind::kEnd);
  EXPECT_GT(model.overlay_scroll(), 0u);
  EXPECT_EQ(model.on_key(Key::of(U'q')), Action::kNone) << "q closes the help, not the program";
  EXPECT_EQ(model.overlay(), Overlay::kNone);
}

TEST(Model, QuitAndExportAreForTheCaller) {
  Model model = sample::model(80, 24);
  EXPECT_EQ(model.on_key(Key::of(U'q')), Action::kQuit);
  EXPECT_EQ(model.on_key(Key::of(U'e')), Action::kExport);
  EXPECT_EQ(model.on_key(Key::of(U'x')), Action::kNone);
}

TEST(Model, ASourceProblemLastsUntilTheNextFrame) {
  Model model = sample::model(80, 24);
  model.on_source_problem("connect: refused");
  EXPECT_EQ(model.source_problem(), "connect: refused");
  model.on_frame(model.query(), frame());
  EXPECT_EQ(model.source_problem(), "");
}

TEST(Model, AnyKeyAtAnySizeIsHarmless) {
  for (int width : {0, 1, 40, 60, 80, 1000}) {
    for (int height : {0, 1, 11, 12, 13, 80, 1000}) {
      Model model = sample::model(width, height);
      for (char32_t c = U' '; c < 0x7f; ++c)
        if (c != U'q') press(model, std::u32string(1, c));
      for (int kind = 0; kind <= static_cast<int>(Kind::kRedraw); ++kind)
        press(model, static_cast<Kind>(kind));
      model.on_frame(model.query(), frame());
      EXPECT_EQ(model.width(), width);
    }
  }
}

}  // namespace
}  // namespace picket::app::tui
