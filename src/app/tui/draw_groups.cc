// SPDX-License-Identifier: Apache-2.0
// The upper pane: applications (or processes, hosts, units, containers) and what they move.
#include <array>
#include <cctype>

#include "app/tui/draw_parts.h"
#include "app/tui/format.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

enum : size_t {
  kName,
  kProcesses,
  kFlows,
  kListeners,
  kIn,
  kOut,
  kLastMinute,
  kRemote,
  kDetail,
  kColumnCount
};

constexpr std::array<Column, kColumnCount> kGroupColumns{{
    {"", {20, 26, 40, 0}, false},
    {"PROCS", {5, 5, 5, 0}, true},
    {"FLOWS", {6, 6, 7, 0}, true},
    {"LISTEN", {6, 6, 6, 8}, true},
    {"IN/s", {7, 7, 7, 0}, true},
    {"OUT/s", {7, 7, 7, 0}, true},
    {"LAST MINUTE", {20, 20, 60, 9}, false},
    {"REMOTE", {12, 21, 60, 0}, false},
    {"WHERE", {20, 40, 120, 20, true}, false},
}};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::array<CellText, kColumnCount> cells_of(const view::GroupRow& row, int spark_width,
                                            const Glyphs& glyphs) {
  const auto text = [&](const std::string& utf8) { return cell_text(utf8, glyphs.ascii); };
  std::array<CellText, kColumnCount> cells;
  cells[kName] = text(row.name);
  cells[kProcesses] = text(view::grouped(row.processes));
  cells[kFlows] = text(view::grouped(row.flows));
  cells[kListeners] = text(view::grouped(row.listeners));
  cells[kIn] = text(view::short_rate(row.bytes_in_per_s));
  cells[kOut] = text(view::short_rate(row.bytes_out_per_s));
  if (spark_width > 0)
    cells[kLastMinute] = sparkline(row.history, static_cast<size_t>(spark_width), glyphs);
  cells[kRemote] = text(row.remote);
  cells[kDetail] = row.detail == row.name ? CellText() : text(row.detail);
  return cells;
}

void draw_all_row(Screen& screen, const Model& model, int y, std::span<const Column> columns,
                  std::span<const int> widths, const Glyphs& glyphs) {
  const view::Status& status = model.frame().status;
  view::GroupRow all;
  all.name = "all " + view::grouped(model.frame().groups_total) + " " +
             std::string(plural(model.grouping()));
  all.processes = static_cast<uint32_t>(status.processes);
  all.flows = static_cast<uint32_t>(status.flows_open);
  all.listeners = static_cast<uint32_t>(status.listeners);
  all.bytes_in_per_s = status.bytes_in_per_s;
  all.bytes_out_per_s = status.bytes_out_per_s;
  auto cells = cells_of(all, 0, glyphs);
  draw_row(screen, y, columns, widths, cells, {Tone::kStrong}, glyphs);
  if (!model.groups().cursor())
    screen.mark(0, y, screen.width(),
                model.focus() == Focus::kGroups ? CursorMark::kActive : CursorMark::kIdle);
}

}  // namespace

void draw_groups(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs) {
  auto columns = kGroupColumns;
  const std::string name =
      upper(title(model.grouping())) + " by " + std::string(title(model.group_order()));
  columns[kName].title = name;
  const auto widths = fit(columns, screen.width() - kMarkCells);
  draw_titles(screen, layout.groups_heading_y, columns, widths);
  if (!model.has_frame()) return;
  draw_all_row(screen, model, layout.groups_y, columns, widths, glyphs);

  const auto lines = model.groups().lines();
  for (size_t line = 0; line < lines.size(); ++line) {
    const int y = layout.groups_y + 1 + static_cast<int>(line);
    const bool cursor = model.groups().cursor() && line == model.groups().cursor_line();
    const view::GroupRow* row = nullptr;
    if (lines[line].what == ListPane::Line::What::kRow)
      row = &model.frame().groups[lines[line].row];
    else if (cursor && model.group())
      row = &*model.group();
    if (row == nullptr) continue;
    const bool gone = cursor && model.group_gone();
    const Style style{gone ? Tone::kFaded : Tone::kPlain};
    const auto texts = cells_of(*row, widths[kLastMinute], glyphs);
    draw_row(screen, y, columns, widths, texts, style, glyphs);
    if (gone)
      screen.put(0, y, CellText(1, glyphs.closed), {Tone::kClosed});
    else if (!row->suspicion.empty())
      screen.put(0, y, CellText(1, glyphs.suspicious), {Tone::kSuspicious});
    if (cursor)
      screen.mark(0, y, screen.width(),
                  model.focus() == Focus::kGroups ? CursorMark::kActive : CursorMark::kIdle);
  }
}

}  // namespace picket::app::tui
