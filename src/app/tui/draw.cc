// SPDX-License-Identifier: Apache-2.0
#include "app/tui/draw.h"

#include <algorithm>

#include "app/tui/banner.h"
#include "app/tui/details.h"
#include "app/tui/draw_parts.h"
#include "app/tui/format.h"
#include "app/tui/help.h"

namespace picket::app::tui {
namespace {

void draw_too_small(Screen& screen, const Model& model) {
  const std::string sentence = "This window is " + std::to_string(model.width()) + " by " +
                               std::to_string(model.height()) + "; picket watch needs " +
                               std::to_string(kWidthMin) + " by " + std::to_string(kHeightMin) +
                               ". Make it larger, or press q and use picket connections.";
  int y = 0;
  for (const CellText& line :
       wrap(cell_text(sentence, true), static_cast<size_t>(std::max(model.width(), 1))))
    screen.put(0, y++, line, {Tone::kWarning});
}

}  // namespace

std::vector<int> fit(std::span<const Column> columns, int room) {
  std::vector<ColumnWish> wishes;
  for (const Column& column : columns) wishes.push_back(column.wish);
  return fit_columns(wishes, room);
}

void draw_titles(Screen& screen, int y, std::span<const Column> columns,
                 std::span<const int> widths) {
  int x = kMarkCells;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    const CellText title =
        cut(cell_text(columns[i].title, true), static_cast<size_t>(widths[i]), U'.');
    const int pad = columns[i].right ? widths[i] - static_cast<int>(cells(title)) : 0;
    screen.put(x + pad, y, title, {Tone::kHeading}, widths[i]);
    x += widths[i] + 1;
  }
}

void draw_row(Screen& screen, int y, std::span<const Column> columns, std::span<const int> widths,
              std::span<const CellText> texts, Style style, const Glyphs& glyphs) {
  int x = kMarkCells;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    const CellText text = cut(texts[i], static_cast<size_t>(widths[i]), glyphs.ellipsis);
    const int pad = columns[i].right ? widths[i] - static_cast<int>(cells(text)) : 0;
    screen.put(x + pad, y, text, style, widths[i] - pad);
    x += widths[i] + 1;
  }
}

void draw_rule(Screen& screen, int y, const CellText& title, bool focused, const Glyphs& glyphs) {
  const Style style{focused ? Tone::kAccent : Tone::kDim};
  screen.fill(0, y, screen.width(), glyphs.rule, style);
  if (title.empty()) return;
  const CellText shown =
      cut(title, static_cast<size_t>(std::max(screen.width() - 6, 0)), glyphs.ellipsis);
  screen.put(2, y, U" " + shown + U" ", style);
}

void draw_details(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs) {
  if (layout.details_lines == 0) return;
  const auto lines = detail_lines(model);
  const size_t seen = static_cast<size_t>(layout.details_lines);
  const size_t last = lines.size() > seen ? lines.size() - seen : 0;
  const size_t from = std::min(model.details_scroll(), last);
  CellText title = U"details";
  if (model.flow_gone()) title += U", gone: as last seen";
  if (lines.size() > seen) {
    title += U" " + CellText(1, glyphs.separator) + U" lines ";
    title += cell_text(std::to_string(from + 1) + "-" +
                           std::to_string(std::min(from + seen, lines.size())) + " of " +
                           std::to_string(lines.size()),
                       true);
  }
  draw_rule(screen, layout.details_title_y, title, model.focus() == Focus::kDetails, glyphs);
  for (size_t i = 0; i < seen && from + i < lines.size(); ++i) {
    const DetailLine& line = lines[from + i];
    const int y = layout.details_y + static_cast<int>(i);
    screen.put(1, y, line.label, {Tone::kHeading}, kDetailLabelCells);
    screen.put(kDetailLabelCells + 2, y, line.text, {line.tone});
  }
}

void draw_help(Screen& screen, const Model& model, const Glyphs& glyphs) {
  const auto lines = help_lines(model);
  for (int y = 0; y < screen.height(); ++y) screen.fill(0, y, screen.width(), U' ', {});
  draw_rule(screen, 0, U"picket watch: help", true, glyphs);
  const size_t room = static_cast<size_t>(std::max(screen.height() - 2, 0));
  const size_t last = lines.size() > room ? lines.size() - room : 0;
  const size_t from = std::min(model.overlay_scroll(), last);
  for (size_t i = 0; i < room && from + i < lines.size(); ++i) {
    const DetailLine& line = lines[from + i];
    const int y = 1 + static_cast<int>(i);
    screen.put(1, y, line.label, {Tone::kStrong}, kDetailLabelCells);
    screen.put(kDetailLabelCells + 2, y, line.text, {line.tone});
  }
  std::string foot = "Esc back";
  if (lines.size() > room)
    foot += "   j k, PgUp PgDn: lines " + std::to_string(from + 1) + "-" +
            std::to_string(std::min(from + room, lines.size())) + " of " +
            std::to_string(lines.size());
  screen.put(0, screen.height() - 1, cell_text(foot, true), {Tone::kDim});
}

void draw_group_menu(Screen& screen, const Model& model, const Layout& layout,
                     const Glyphs& glyphs) {
  constexpr int kWidth = 24;
  constexpr int kGroupings = 5;
  const int x = 4;
  int y = layout.groups_heading_y;
  const Style border{Tone::kAccent};
  const auto line = [&](const CellText& text, CursorMark cursor) {
    screen.fill(x, y, kWidth, U' ', {Tone::kPlain, cursor});
    screen.put(x + 1, y, text, {Tone::kPlain, cursor}, kWidth - 2);
    ++y;
  };
  screen.fill(x, y, kWidth, glyphs.rule, border);
  screen.put(x + 2, y++, U" group by ", border);
  for (int i = 0; i < kGroupings; ++i) {
    const auto grouping = static_cast<view::Grouping>(i);
    line(cell_text(std::to_string(i + 1) + "  " + std::string(title(grouping)), true),
         grouping == model.menu_choice() ? CursorMark::kActive : CursorMark::kNone);
  }
  screen.fill(x, y, kWidth, glyphs.rule, border);
}

Screen draw(const Model& model) {
  Screen screen(model.width(), model.height());
  const Glyphs& glyphs = Glyphs::of(model.ascii());
  const Layout layout = model.layout();
  if (layout.too_small) {
    draw_too_small(screen, model);
    return screen;
  }
  if (model.overlay() == Overlay::kHelp) {
    draw_help(screen, model, glyphs);
    return screen;
  }
  draw_status(screen, model, glyphs);
  const auto banners =
      banner_lines(model.frame().status, model.has_frame(), model.width(), model.ascii());
  for (int i = 0; i < layout.banner_lines && i < static_cast<int>(banners.size()); ++i) {
    const BannerLine& banner = banners[static_cast<size_t>(i)];
    screen.fill(0, layout.banner_y + i, screen.width(), U' ', {banner.tone});
    screen.put(1, layout.banner_y + i, banner.text, {banner.tone});
  }
  draw_groups(screen, model, layout, glyphs);
  draw_flows(screen, model, layout, glyphs);
  draw_details(screen, model, layout, glyphs);
  draw_footer(screen, model, glyphs);
  if (model.overlay() == Overlay::kGroupMenu) draw_group_menu(screen, model, layout, glyphs);
  return screen;
}

}  // namespace picket::app::tui
