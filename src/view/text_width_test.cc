// SPDX-License-Identifier: Apache-2.0
#include "view/text_width.h"

#include <gtest/gtest.h>

#include <iterator>

#include "base/utf8.h"
#include "view/text_width_tables.h"

namespace picket::view {
namespace {

TEST(TextWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("curl"), 4u);
  EXPECT_EQ(display_width("café"), 4u);
  EXPECT_EQ(display_width("cafe\u0301"), 4u);  // combining acute
  EXPECT_EQ(display_width("日本語"), 6u);
  EXPECT_EQ(display_width("ｆｕｌｌ"), 8u);
  EXPECT_EQ(display_width("🦊"), 2u);
  EXPECT_EQ(display_width("한국"), 4u);                // precomposed
  EXPECT_EQ(display_width("\u1112\u1161\u11ab"), 2u);  // conjoining jamo make one syllable
  EXPECT_EQ(display_width("שלום"), 4u);
  EXPECT_EQ(display_width("a\xff\xfe"), 3u);  // not UTF-8
}

TEST(TextWidth, TablesAreAscendingAndDisjoint) {
  const auto check = [](const auto& ranges) {
    uint32_t next = 0;
    for (const CodePointRange& range : ranges) {
      EXPECT_GE(range.first, next);
      EXPECT_GE(range.last, range.first);
      next = range.last + 1;
    }
  };
  check(kInvisible);
  check(kZeroWidth);
  check(kDoubleWidth);
}

TEST(TextWidth, TerminalTextShowsWhatHides) {
  EXPECT_EQ(terminal_text("plain"), "plain");
  EXPECT_EQ(terminal_text("a\x1b[2Jb\nc"), "a\\x1b[2Jb\\nc");
  EXPECT_EQ(terminal_text("gnp\u202eexe"), "gnp\\u{202e}exe");
  EXPECT_EQ(terminal_text("ss\u200bhd"), "ss\\u{200b}hd");
  EXPECT_EQ(terminal_text("\ufeffx\u2066y\u2028"), "\\u{feff}x\\u{2066}y\\u{2028}");
  EXPECT_EQ(terminal_text("日本\u0301"), "日本\u0301");
}

TEST(TextWidth, CutKeepsWithinColumns) {
  EXPECT_EQ(cut("short", 5), "short");
  EXPECT_EQ(cut("longer", 5), "long…");
  EXPECT_EQ(cut("longer", 5, Cut::kStart), "…nger");
  EXPECT_EQ(cut("update.example", 9, Cut::kMiddle), "upda…mple");
  EXPECT_EQ(cut("longer", 5, Cut::kEnd, false), "long~");
  EXPECT_EQ(cut("longer", 1), "…");
  EXPECT_EQ(cut("longer", 0), "");
}

TEST(TextWidth, CutNeverSplitsACharacter) {
  EXPECT_EQ(cut("日本語", 5), "日本…");
  EXPECT_EQ(cut("日本語", 4), "日…");  // the second half of 本 has no room: one column short
  EXPECT_EQ(cut("日本語", 4, Cut::kStart), "…語");
  EXPECT_EQ(cut("ae\u0301iou", 3), "ae\u0301…");
  EXPECT_EQ(cut("ae\u0301iou", 2), "a…");
  const std::string mixed = "x日é\u0301本🦊ab語";
  for (size_t columns = 0; columns <= 14; ++columns)
    for (Cut where : {Cut::kEnd, Cut::kMiddle, Cut::kStart}) {
      const std::string shown = cut(mixed, columns, where);
      EXPECT_LE(display_width(shown), columns);
      EXPECT_EQ(printable(shown), shown) << "no broken sequence";
    }
}

TEST(TextWidth, PadsByColumns) {
  EXPECT_EQ(pad_right("日本", 6), "日本  ");
  EXPECT_EQ(pad_left("日本", 6), "  日本");
  EXPECT_EQ(pad_right("longer", 3), "longer");
  EXPECT_EQ(pad_left("longer", 3), "longer");
}

}  // namespace
}  // namespace picket::view
