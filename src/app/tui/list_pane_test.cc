// SPDX-License-Identifier: Apache-2.0
#include "app/tui/list_pane.h"

#include <gtest/gtest.h>

namespace picket::app::tui {
namespace {

using Keys = std::vector<std::string>;

// Keys from..to-1 as numbers.
Keys keys(size_t from, size_t to) {
  Keys keys;
  for (size_t i = from; i < to; ++i) keys.push_back(std::to_string(i));
  return keys;
}

// What the pane's lines show; "." an empty line, "gone" the cursor's row that is not known.
Keys shown(const ListPane& pane, const Keys& window) {
  Keys shown;
  for (const auto& line : pane.lines())
    shown.push_back(line.what == ListPane::Line::What::kRow    ? window.at(line.row)
                    : line.what == ListPane::Line::What::kGone ? "gone"
                                                               : ".");
  return shown;
}

struct Pane : ListPane {
  Keys window;
  void rows(Keys keys, size_t from = 0, size_t total = 0) {
    window = keys;
    set_rows(std::move(keys), from, total == 0 ? from + window.size() : total);
  }
  Keys now() const { return shown(*this, window); }
};

Pane pane(size_t height, Keys keys) {
  Pane pane;
  pane.set_height(height);
  pane.rows(std::move(keys));
  return pane;
}

TEST(ListPane, WithoutACursorItShowsTheTop) {
  Pane list = pane(3, keys(0, 10));
  EXPECT_EQ(list.now(), (Keys{"0", "1", "2"}));
  list.rows({"new", "0", "1", "2"});
  EXPECT_EQ(list.now(), (Keys{"new", "0", "1"}));
  list.rows({"only"});
  EXPECT_EQ(list.now(), (Keys{"only", ".", "."}));
  list.rows({});
  EXPECT_EQ(list.now(), (Keys{".", ".", "."}));
}

TEST(ListPane, MovesAndScrolls) {
  Pane list = pane(3, keys(0, 10));
  for (int i = 0; i < 4; ++i) list.move(1);
  EXPECT_EQ(*list.cursor(), "3");
  EXPECT_EQ(list.cursor_line(), 2u);
  EXPECT_EQ(list.now(), (Keys{"1", "2", "3"}));
  list.page(1);
  EXPECT_EQ(*list.cursor(), "5");
  list.to_last();
  EXPECT_EQ(list.now(), (Keys{"7", "8", "9"}));
  list.move(1);
  EXPECT_EQ(*list.cursor(), "9");
  list.page(-1);
  EXPECT_EQ(*list.cursor(), "7");
  list.to_first();
  EXPECT_EQ(list.now(), (Keys{"0", "1", "2"}));
  list.move(-1);
  EXPECT_FALSE(list.cursor());
}

TEST(ListPane, TheCursorsRowKeepsItsLineWhenRowsArriveAbove) {
  Pane list = pane(4, keys(0, 10));
  list.move(1);
  list.move(1);
  ASSERT_EQ(*list.cursor(), "1");
  list.rows({"c", "b", "a", "0", "1", "2", "3", "4"});
  EXPECT_EQ(list.cursor_line(), 1u);
  EXPECT_EQ(list.now(), (Keys{"0", "1", "2", "3"}));
  EXPECT_EQ(list.hidden_above(), 3u);
}

TEST(ListPane, TheCursorsRowKeepsItsLineWhenRowsAboveGo) {
  Pane list = pane(4, keys(0, 10));
  for (int i = 0; i < 4; ++i) list.move(1);
  ASSERT_EQ(list.cursor_line(), 3u);
  list.rows({"3", "4", "5", "6"});
  EXPECT_EQ(list.now(), (Keys{"4", "5", "6", "3"}));  // first in order, yet where the eye has it
  list.rows({"3"});
  EXPECT_EQ(list.now(), (Keys{".", ".", ".", "3"}));
  // Once the reader moves on, the order is the list's again.
  list.rows({"3", "4", "5", "6"});
  list.move(-1);
  EXPECT_EQ(*list.cursor(), "6");
}

TEST(ListPane, AVanishedRowKeepsItsLineUntilTheCursorMoves) {
  Pane list = pane(4, keys(0, 6));
  list.move(1);
  list.move(1);
  list.rows({"0", "2", "3", "4", "5"});
  EXPECT_FALSE(list.cursor_known());
  EXPECT_EQ(list.now(), (Keys{"0", "gone", "2", "3"}));
  list.rows({"new", "0", "2", "3", "4", "5"});
  EXPECT_EQ(list.now()[1], "gone");
  list.move(1);
  EXPECT_EQ(*list.cursor(), "0");
  EXPECT_EQ(list.now(), (Keys{"new", "0", "2", "3"}));
}

TEST(ListPane, ReorderingAroundTheCursorLeavesItsLine) {
  Pane list = pane(3, {"a", "b", "c", "d", "e"});
  list.move(1);
  list.move(1);
  for (const Keys& order : {Keys{"b", "a", "c", "d", "e"}, Keys{"e", "d", "c", "a", "b"},
                            Keys{"c", "a", "b", "e", "d"}}) {
    list.rows(order);
    EXPECT_EQ(list.now()[1], "b");
    EXPECT_EQ(list.cursor_line(), 1u);
  }
}

TEST(ListPane, GoesWhereTheRowsAreNotKnownYet) {
  Pane list = pane(3, {});
  list.rows(keys(0, 9), 0, 1000);
  list.to_last();
  EXPECT_EQ(list.window_from(), 994u);
  EXPECT_EQ(list.window_around(), "");
  EXPECT_EQ(list.now(), (Keys{".", ".", "."}));
  list.rows(keys(994, 1000), 994, 1000);
  EXPECT_EQ(*list.cursor(), "999");
  EXPECT_EQ(list.now(), (Keys{"997", "998", "999"}));
  EXPECT_EQ(list.window_around(), "999");
}

TEST(ListPane, TheListMayHaveShrunkOnTheWay) {
  Pane list = pane(3, {});
  list.rows(keys(0, 9), 0, 1000);
  list.to_last();
  list.rows(keys(0, 5), 0, 5);
  EXPECT_EQ(*list.cursor(), "4");
  list.rows(keys(0, 5), 0, 1000);
  list.to_last();
  list.rows({}, 0, 0);
  EXPECT_FALSE(list.cursor());
}

TEST(ListPane, WithoutReachItStaysAmongKnownRows) {
  Pane list = pane(3, {});
  list.rows(keys(0, 9), 0, 1000);
  list.to_last(false);
  EXPECT_EQ(*list.cursor(), "8");
  list.page(1, false);
  EXPECT_EQ(*list.cursor(), "8");
}

TEST(ListPane, SurvivesEveryHeight) {
  for (size_t height : {0u, 1u, 2u, 50u}) {
    Pane list = pane(height, keys(0, 10));
    list.move(1);
    list.page(1);
    list.to_last();
    list.set_height(1);
    list.page(-1);
    list.set_height(5);
    EXPECT_EQ(list.now().size(), 5u);
  }
}

TEST(ListPane, ResizingKeepsTheCursorInSight) {
  Pane list = pane(10, keys(0, 30));
  for (int i = 0; i < 9; ++i) list.move(1);
  list.set_height(4);
  EXPECT_EQ(list.now().back(), "8");
  EXPECT_EQ(list.cursor_line(), 3u);
}

}  // namespace
}  // namespace picket::app::tui
