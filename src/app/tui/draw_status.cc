// SPDX-License-Identifier: Apache-2.0
// The first line (mode, totals, losses, time) and the last (keys, the filter, messages).
#include <algorithm>

#include "app/tui/draw_parts.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

struct Piece {
  CellText text;
  Tone tone;
  int drop_rank;  // 0: stays; else the highest goes first
};

std::vector<Piece> pieces_of(const Model& model, const Glyphs& glyphs) {
  const view::Status& status = model.frame().status;
  const auto text = [&](const std::string& utf8) { return cell_text(utf8, glyphs.ascii); };
  const auto sign = [](char32_t glyph) { return CellText(1, glyph) + U" "; };
  std::vector<Piece> pieces;
  pieces.push_back({text("picket"), Tone::kStrong, 1});
  if (!status.version.empty()) pieces.push_back({text(status.version), Tone::kStrong, 6});
  if (!status.host.empty())
    pieces.push_back({cut(text(status.host), 24, glyphs.ellipsis), Tone::kPlain, 5});
  if (model.paused())
    pieces.push_back(
        {sign(glyphs.paused) + text("paused " + view::clock_time(status.now)), Tone::kWarning, 0});
  else if (!model.source_problem().empty())
    pieces.push_back({sign(glyphs.paused) + text("standing"), Tone::kWarning, 0});
  else if (!model.has_frame())
    pieces.push_back({text("asking the agent"), Tone::kDim, 0});
  else
    pieces.push_back({sign(glyphs.live) + text("live"), Tone::kNew, 0});
  if (!model.has_frame()) return pieces;
  pieces.push_back(
      {text(status.mode), status.mode_note.empty() ? Tone::kPlain : Tone::kWarning, 0});
  if (status.self_test == "pending") pieces.push_back({text("self-test pending"), Tone::kDim, 7});
  pieces.push_back({text(view::grouped(status.flows_open) + " flows"), Tone::kPlain, 2});
  const auto rate = static_cast<uint64_t>(std::max(status.flows_per_s, 0.0) + 0.5);
  pieces.push_back({text(view::grouped(rate) + "/s"), Tone::kPlain, 4});
  pieces.push_back({text("lost " + view::grouped(status.lost)),
                    status.lost == 0 ? Tone::kPlain : Tone::kWarning, 0});
  const auto suspicious = std::count_if(model.frame().groups.begin(), model.frame().groups.end(),
                                        [](const auto& group) { return !group.suspicion.empty(); });
  if (suspicious != 0)
    pieces.push_back({sign(glyphs.suspicious) + text(std::to_string(suspicious) + " suspicious"),
                      Tone::kSuspicious, 0});
  if (model.hide_local()) pieces.push_back({text("local hidden"), Tone::kAccent, 3});
  return pieces;
}

int cells_of(const std::vector<Piece>& pieces) {
  int sum = 0;
  for (const Piece& piece : pieces) sum += static_cast<int>(cells(piece.text)) + 2;
  return sum;
}

// What has to be told now, instead of the keys.
bool draw_notice(Screen& screen, const Model& model, const Glyphs& glyphs) {
  const int y = screen.height() - 1;
  const auto say = [&](const std::string& utf8, Tone tone) {
    screen.fill(0, y, screen.width(), U' ', {tone});
    screen.put(
        0, y,
        cut(cell_text(utf8, glyphs.ascii), static_cast<size_t>(screen.width()), glyphs.ellipsis),
        {tone});
  };
  if (!model.message().empty())
    say(model.message(), model.message_bad() ? Tone::kWarning : Tone::kAccent);
  else if (!model.source_problem().empty())
    say(model.source_problem(), Tone::kWarning);
  else if (!model.filter_error().empty())
    say("filter: " + model.filter_error(), Tone::kWarning);
  else
    return false;
  return true;
}

void draw_filter_line(Screen& screen, const Model& model, const Glyphs& glyphs) {
  const int y = screen.height() - 1;
  const int room = std::max(screen.width() / 2, 30);
  int x = screen.put(0, y, U"filter: ", {Tone::kAccent});
  // Of a long filter the part around the cursor is shown.
  const auto spelt = [&](const CellText& part) { return cell_text(to_utf8(part), glyphs.ascii); };
  CellText before = spelt(model.filter().text().substr(0, model.filter().cursor()));
  const CellText after = spelt(model.filter().text().substr(model.filter().cursor()));
  before = cut_front(before, static_cast<size_t>(room - x - 2), glyphs.ellipsis);
  x += screen.put(x, y, before, {Tone::kStrong}, room - x);
  x += screen.put(x, y, CellText(1, glyphs.cursor), {Tone::kAccent});
  screen.put(x, y, after, {Tone::kStrong}, std::max(room - x, 0));
  const int rest = room + 2;
  if (!model.filter_error().empty())
    screen.put(rest, y,
               cut(cell_text(model.filter_error(), glyphs.ascii),
                   static_cast<size_t>(std::max(screen.width() - rest, 0)), glyphs.ellipsis),
               {Tone::kWarning});
  else
    screen.put(rest, y, U"Enter keeps it   Esc clears it", {Tone::kDim});
}

}  // namespace

void draw_status(Screen& screen, const Model& model, const Glyphs& glyphs) {
  std::vector<Piece> pieces = pieces_of(model, glyphs);
  const std::string clock = model.has_frame() ? view::clock_time(model.frame().status.now) : "";
  const int room = screen.width() - static_cast<int>(clock.size());
  while (cells_of(pieces) > room) {
    const auto worst =
        std::max_element(pieces.begin(), pieces.end(),
                         [](const Piece& a, const Piece& b) { return a.drop_rank < b.drop_rank; });
    if (worst->drop_rank == 0) break;
    pieces.erase(worst);
  }
  int x = 0;
  for (const Piece& piece : pieces) x += screen.put(x, 0, piece.text, {piece.tone}, room - x) + 2;
  screen.put(room, 0, cell_text(clock, true), {Tone::kPlain});
}

void draw_footer(Screen& screen, const Model& model, const Glyphs& glyphs) {
  if (model.filter_editing()) return draw_filter_line(screen, model, glyphs);
  if (draw_notice(screen, model, glyphs)) return;
  struct Hint {
    const char32_t* key;
    const char32_t* what;
  };
  static constexpr Hint kHints[] = {{U"?", U"help"},  {U"/", U"filter"}, {U"g", U"group"},
                                    {U"s", U"sort"},  {U"Tab", U"pane"}, {U"Enter", U"details"},
                                    {U"p", U"pause"}, {U"q", U"quit"},   {U"l", U"local"},
                                    {U"e", U"export"}};
  int x = 0;
  for (const Hint& hint : kHints) {
    const CellText what =
        hint.key == CellText(U"p") && model.paused() ? U"go on" : CellText(hint.what);
    const int wanted = static_cast<int>(CellText(hint.key).size() + 1 + what.size());
    if (x + wanted > screen.width()) break;
    x += screen.put(x, screen.height() - 1, hint.key, {Tone::kStrong}) + 1;
    x += screen.put(x, screen.height() - 1, what, {Tone::kDim}) + 2;
  }
}

}  // namespace picket::app::tui
