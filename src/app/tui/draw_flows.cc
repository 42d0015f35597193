// SPDX-License-Identifier: Apache-2.0
// The lower pane: the connections of what is chosen above.
#include <array>

#include "app/tui/draw_parts.h"
#include "app/tui/format.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

enum : size_t { kProcess, kPid, kUser, kState, kProto, kLocal, kRemote, kName, kUnit, kAge, kIn, kOut, kColumnCount };

constexpr std::array<Column, kColumnCount> kColumns{{
    {"PROCESS", {12, 16, 32, 0}, false},
    {"PID", {7, 7, 8, 20, true}, true},
    {"USER", {8, 8, 16, 21, true}, false},
    {"STATE", {6, 6, 6, 0}, false},
    {"PROTO", {5, 5, 6, 0}, false},
    {"LOCAL", {6, 21, 48, 0}, false},
    {"REMOTE", {20, 23, 48, 0}, false},
    {"NAME (how known)", {16, 24, 80, 7}, false},
    {"UNIT", {16, 20, 40, 22, true}, false},
    {"AGE", {4, 4, 5, 0}, true},
    {"IN", {6, 6, 7, 0}, true},
    {"OUT", {6, 6, 7, 0}, true},
}};

CellText remote_cells(const event::FlowFacts& flow, int width, const Glyphs& glyphs) {
  const bool none = flow.remote.address.is_unspecified() && flow.remote.port == 0;
  if (none || width < 3) return {};
  return CellText(1, arrow(flow.role, glyphs)) + U" " +
         endpoint_cells(flow.remote, static_cast<size_t>(width - 2), glyphs);
}

std::array<CellText, kColumnCount> cells_of(const event::FlowFacts& flow, std::span<const int> widths,
                                            WallTime now, const Glyphs& glyphs) {
  const auto text = [&](const std::string& utf8) { return cell_text(utf8, glyphs.ascii); };
  const auto count = [&](uint64_t bytes) {
    return flow.counters.known ? text(view::short_bytes(bytes)) : CellText(U"-");
  };
  std::array<CellText, kColumnCount> cells;
  cells[kProcess] = text(owner_text(flow));
  if (flow.owner.pid != 0) cells[kPid] = text(std::to_string(flow.owner.pid));
  cells[kUser] = text(flow.user.empty() ? std::to_string(flow.uid) : flow.user);
  cells[kState] = text(short_state(flow));
  cells[kProto] = text(std::string(event::text(flow.transport)));
  cells[kLocal] = endpoint_cells(flow.local, static_cast<size_t>(widths[kLocal]), glyphs);
  cells[kRemote] = remote_cells(flow, widths[kRemote], glyphs);
  cells[kName] = text(name_text(flow));
  cells[kUnit] = text(flow.container.empty() ? flow.unit : flow.container);
  cells[kAge] = text((flow.opened_before_start ? ">" : "") + view::short_age(flow.opened, now));
  cells[kIn] = count(flow.counters.bytes_in);
  cells[kOut] = count(flow.counters.bytes_out);
  return cells;
}

Tone tone_of(const view::FlowRow& row, bool gone) {
  if (gone) return Tone::kFaded;
  switch (row.age) {
    case view::RowAge::kNew: return Tone::kNew;
    case view::RowAge::kClosed: return row.faded < 0.5 ? Tone::kClosed : Tone::kFaded;
    case view::RowAge::kSteady: break;
  }
  return Tone::kPlain;
}

void draw_mark(Screen& screen, int y, const view::FlowRow& row, bool gone, const Glyphs& glyphs) {
  if (!row.suspicion.empty()) screen.put(0, y, CellText(1, glyphs.suspicious), {Tone::kSuspicious});
  else if (gone || row.age == view::RowAge::kClosed) screen.put(0, y, CellText(1, glyphs.closed), {Tone::kClosed});
  else if (row.age == view::RowAge::kNew) screen.put(0, y, CellText(1, glyphs.created), {Tone::kNew});
}

// What is listed, how many, in which order: the title of the pane.
CellText pane_title(const Model& model, const Glyphs& glyphs) {
  const CellText dot = U" " + CellText(1, glyphs.separator) + U" ";
  CellText title = U"connections";
  const std::string& chosen = model.shown().selected_group;
  if (!chosen.empty()) {
    const bool known = model.group() && model.group()->key == chosen;
    title += U" of " + cut(cell_text(known ? model.group()->name : chosen, glyphs.ascii), 40, glyphs.ellipsis);
  }
  if (!model.has_frame()) return title;
  title += dot + cell_text(view::grouped(model.frame().flows_total), true);
  title += dot + cell_text("by " + std::string(tui::title(model.flow_order())), true);
  if (!model.filter().text().empty() && !model.filter_editing())
    title += dot + U"filter " + cut(cell_text(model.filter().utf8(), glyphs.ascii), 60, glyphs.ellipsis);
  if (model.flows().hidden_above() > 0)
    title += dot + cell_text(view::grouped(model.flows().hidden_above()), true) + U" " + glyphs.more_above;
  return title;
}

void draw_empty(Screen& screen, const Model& model, int y, const Glyphs& glyphs) {
  std::string sentence;
  if (!model.has_frame()) sentence = "Asking the agent for what is open...";
  else if (!model.filter_error().empty()) sentence = "The filter is not understood; its error is in the last line.";
  else if (!model.filter().text().empty())
    sentence = "Nothing matches the filter; Esc clears it.";
  else if (model.groups().cursor()) sentence = "It has no connection now.";
  else sentence = "Nothing talks or listens now. New connections appear here at once.";
  screen.put(kMarkCells, y, cut(cell_text(sentence, true), static_cast<size_t>(screen.width() - kMarkCells), glyphs.ellipsis),
             {Tone::kDim});
}

}  // namespace

void draw_flows(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs) {
  draw_rule(screen, layout.flows_title_y, pane_title(model, glyphs), model.focus() == Focus::kFlows, glyphs);
  auto columns = kColumns;
  // Where the pane above has named the process already, its column goes when room is short.
  const bool named = !model.shown().selected_group.empty() &&
                     (model.grouping() == view::Grouping::kApplication || model.grouping() == view::Grouping::kProcess);
  if (named) columns[kProcess].wish = {12, 16, 32, 9, true};
  const auto widths = fit(columns, screen.width() - kMarkCells);
  draw_titles(screen, layout.flows_heading_y, columns, widths);

  const auto lines = model.flows().lines();
  bool any = false;
  for (size_t line = 0; line < lines.size(); ++line) {
    const int y = layout.flows_y + static_cast<int>(line);
    const bool cursor = model.flows().cursor() && line == model.flows().cursor_line();
    const view::FlowRow* row = nullptr;
    if (lines[line].what == ListPane::Line::What::kRow) row = &model.frame().flows[lines[line].row];
    else if (cursor && model.flow()) row = &*model.flow();
    if (row == nullptr) continue;
    any = true;
    const bool gone = cursor && model.flow_gone();
    auto texts = cells_of(row->facts, widths, model.frame().status.now, glyphs);
    if (gone) texts[kState] = U"CLOSED";
    draw_row(screen, y, columns, widths, texts, {tone_of(*row, gone)}, glyphs);
    draw_mark(screen, y, *row, gone, glyphs);
    if (cursor)
      screen.mark(0, y, screen.width(), model.focus() == Focus::kFlows ? CursorMark::kActive : CursorMark::kIdle);
  }
  if (!any && !lines.empty()) draw_empty(screen, model, layout.flows_y, glyphs);
}

}  // namespace picket::app::tui
