// SPDX-License-Identifier: Apache-2.0
#include "app/tui/cell_text.h"

#include <gtest/gtest.h>

#include "app/tui/glyphs.h"

namespace picket::app::tui {
namespace {

std::string shown(std::string_view utf8, bool ascii = false) {
  return to_utf8(cell_text(utf8, ascii));
}

TEST(CellText, PlainAndWideTextStays) {
  EXPECT_EQ(shown("nginx: worker"), "nginx: worker");
  EXPECT_EQ(shown("日本é"), "日本é");
  EXPECT_EQ(cells(cell_text("日本é", false)), 5u);
}

TEST(CellText, WhatSteersATerminalIsSpeltOut) {
  EXPECT_EQ(shown("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(shown("a\nb\tc\rd"), "a\\nb\\tc\\x0dd");
  EXPECT_EQ(shown("\xc2\x9b"
                  "31m"),
            "\\x9b31m");  // CSI as one C1 code point
  EXPECT_EQ(shown(std::string_view("\0x", 2)), "\\x00x");
  EXPECT_EQ(shown("\x7f"), "\\x7f");
}

TEST(CellText, WhatHidesOrTurnsIsSpeltOut) {
  EXPECT_EQ(shown("gnp\u202eexe"), "gnp\\u202eexe");
  EXPECT_EQ(shown("ss\u200bhd"), "ss\\u200bhd");
  EXPECT_EQ(shown("e\u0301"), "e\\u0301");  // a mark that takes no cell of its own
  EXPECT_EQ(shown("\U000e0041"), "\\U0e0041");
  EXPECT_EQ(shown("\ufeff\u2066\u3164"), "\\ufeff\\u2066\\u3164");
}

TEST(CellText, BytesThatAreNotUtf8AreShownAsBytes) {
  EXPECT_EQ(shown("a\xff\xc3(\xe2\x82"), "a\\xff\\xc3(\\xe2\\x82");
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(CellText, AsciiSpellsOutEverythingElse) {
  EXPECT_EQ(shown("é日", true), "\\xe9\\u65e5");
  EXPECT_EQ(shown("plain ~", true), "plain ~");
}

TEST(CellText, EveryCodePointShownTakesOneOrTwoCells) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const unsigned width = cell_width(c);
    ASSERT_LE(width, 2u);
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    ASSERT_FALSE(control && width != 0) << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(CellText, CutNeverSplitsAWideCharacter) {
  EXPECT_EQ(to_utf8(cut(U"日本語", 6, U'…')), "日本語");
  EXPECT_EQ(to_utf8(cut(U"日本語", 5, U'…')), "日本…");
  EXPECT_EQ(to_utf8(cut(U"日本語", 4, U'…')), "日…");
  EXPECT_EQ(to_utf8(cut(U"abc", 1, U'…')), "…");
  EXPECT_EQ(to_utf8(cut(U"abc", 0, U'…')), "");
  EXPECT_EQ(to_utf8(cut_front(U"/usr/bin/日本", 6, U'…')), "…/日本");
}

TEST(CellText, WrapBreaksAtSpacesAndAnywhereElseWhereThereAreNone) {
  EXPECT_EQ(wrap(U"one two three", 8), (std::vector<CellText>{U"one two", U"three"}));
  EXPECT_EQ(wrap(U"abcdefgh", 3), (std::vector<CellText>{U"abc", U"def", U"gh"}));
  EXPECT_EQ(wrap(U"", 3), (std::vector<CellText>{U""}));
  EXPECT_EQ(wrap(U"日本", 1),
            (std::vector<CellText>{U"日", U"本"}));  // goes on although nothing fits
  EXPECT_EQ(wrap(U"exactly", 7), (std::vector<CellText>{U"exactly"}));
}

TEST(Glyphs, SparklineScalesAndTellsSilenceFromALittle) {
  const Glyphs& glyphs = Glyphs::of(false);
  const std::vector<uint32_t> history{0, 1, 100, 40'000, 80'000, 0};
  EXPECT_EQ(to_utf8(sparkline(history, 6, glyphs)), "▁▂▂▅█▁");
  EXPECT_EQ(to_utf8(sparkline(history, 3, glyphs)), "▂▅█");  // the highest of each pair
  EXPECT_EQ(to_utf8(sparkline({}, 3, glyphs)), "▁▁▁");
  const std::vector<uint32_t> quiet{0, 100, 200};
  EXPECT_EQ(to_utf8(sparkline(quiet, 3, glyphs)), "▁▂▃");  // below the floor it stays low
  EXPECT_EQ(to_utf8(sparkline(history, 6, Glyphs::of(true))), "_..-#_");
}

TEST(Glyphs, EverySignTakesOneCell) {
  for (bool ascii : {false, true}) {
    const Glyphs& glyphs = Glyphs::of(ascii);
    for (char32_t sign :
         {glyphs.live, glyphs.paused, glyphs.suspicious, glyphs.created, glyphs.closed, glyphs.rule,
          glyphs.ellipsis, glyphs.outbound, glyphs.inbound, glyphs.separator, glyphs.more_above,
          glyphs.more_below, glyphs.parent, glyphs.cursor, glyphs.bars[0], glyphs.bars[7]}) {
      EXPECT_EQ(cell_width(sign), 1u);
      EXPECT_TRUE(sign <= 0x7e || !ascii);
    }
  }
}

}  // namespace
}  // namespace picket::app::tui
