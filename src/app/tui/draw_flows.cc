// SPDX-License-Identifier: Apache-2.0
// The lower pane: the connections of what is chosen above.
#include <array>

#include "app/tui/draw_parts.h"
#include "app/tui/format.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

enum : size_t {
  kProcess,
  kPid,
  kUser,
  kState,
  kProto,
  kLocal,
  kRemote,
  kName,
  kUnit,
  kAge,
  kIn,
  kOut,
  kColumnCount
};

constexpr std::array<Column, kColumnCount> kFlowColumns{{
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
  if (!event::has_remote(flow) || width < 3) return {};
  return CellText(1, arrow(flow.role, glyphs)) + U" " +
         endpoint_cells(flow.remote, static_cast<size_t>(width - 2), glyphs);
}

std::array<CellText, kColumnCount> cells_of(const event::FlowFacts& flow,
                                            std::span<const int> widths, WallTime now,
                                            const Glyphs& glyphs) {
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
  if (!row.suspicion.empty())
    screen.put(0, y, CellText(1, glyphs.suspicious), {Tone::kSuspicious});
  else if (gone || row.age == view::RowAge::kClosed)
    screen.put(0, y, CellText(1, glyphs.closed), {Tone::kClosed});
  else if (row.age == view::RowAge::kNew)
    screen.put(0, y, CellText(1, glyphs.created), {Tone::kNew});
}

const std::string& group_name(const Model& model, const std::string& key) {
  for (const view::GroupRow& row : model.frame().groups)
    if (row.key == key) return row.name;
  return model.group() && model.group()->key == key ? model.group()->name : key;
}

// A listener has no remote: where its address is too long for its column, it goes on into the next,
// for whether that is 0.0.0.0 or 127.0.0.1 is what matters of a listener.
void draw_long_local(Screen& screen, int y, const event::FlowFacts& flow,
                     std::span<const int> widths, Style style, const Glyphs& glyphs) {
  int x = kMarkCells;
  for (size_t i = 0; i < kLocal; ++i)
    if (widths[i] > 0) x += widths[i] + 1;
  const int room = widths[kLocal] + 1 + widths[kRemote];
  screen.fill(x, y, room, U' ', style);
  screen.put(x, y, endpoint_cells(flow.local, static_cast<size_t>(room), glyphs), style);
}

// What is listed, how many, in which order: the title of the pane.
CellText pane_title(const Model& model, const Glyphs& glyphs) {
  const CellText dot = U" " + CellText(1, glyphs.separator) + U" ";
  CellText title = U"connections";
  const std::string& chosen = model.shown().selected_group;
  if (!chosen.empty())
    title += U" of " + cut(cell_text(group_name(model, chosen), glyphs.ascii), 40, glyphs.ellipsis);
  if (!model.has_frame()) return title;
  title += dot + cell_text(view::grouped(model.frame().flows_total), true);
  title += dot + cell_text("by " + std::string(tui::title(model.flow_order())), true);
  if (!model.filter().text().empty() && !model.filter_editing())
    title +=
        dot + U"filter " + cut(cell_text(model.filter().utf8(), glyphs.ascii), 60, glyphs.ellipsis);
  if (model.flows().hidden_above() > 0)
    title += dot + cell_text(view::grouped(model.flows().hidden_above()), true) + U" " +
             glyphs.more_above;
  return title;
}

void draw_empty(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs) {
  std::string sentence;
  if (!model.has_frame() && !model.source_problem().empty())
    sentence = model.source_problem();
  else if (!model.has_frame())
    sentence = "Asking the agent for what is open...";
  else if (!model.filter_error().empty())
    sentence = "The filter is not understood; the last line says why.";
  else if (!model.filter().text().empty())
    sentence = "Nothing matches the filter; Esc clears it.";
  else if (model.groups().cursor())
    sentence = "It has no connection now.";
  else
    sentence = "Nothing talks or listens now. New connections appear here at once.";
  const auto room = static_cast<size_t>(screen.width() - 2 * kMarkCells);
  int y = layout.flows_y;
  for (const CellText& line : wrap(cell_text(sentence, glyphs.ascii), room)) {
    if (y >= layout.flows_y + layout.flows_lines) break;
    screen.put(kMarkCells, y++, line, {Tone::kDim});
  }
}

}  // namespace

void draw_flows(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs) {
  draw_rule(screen, layout.flows_title_y, pane_title(model, glyphs), model.focus() == Focus::kFlows,
            glyphs);
  auto columns = kFlowColumns;
  // Where the pane above has named the process already, its column goes when room is short.
  const bool named =
      !model.shown().selected_group.empty() && (model.grouping() == view::Grouping::kApplication ||
                                                model.grouping() == view::Grouping::kProcess);
  if (named) columns[kProcess].wish = {12, 16, 32, 9, true};
  const auto widths = fit(columns, screen.width() - kMarkCells);
  draw_titles(screen, layout.flows_heading_y, columns, widths);

  const auto lines = model.flows().lines();
  bool any = false;
  for (size_t line = 0; line < lines.size(); ++line) {
    const int y = layout.flows_y + static_cast<int>(line);
    const bool cursor = model.flows().cursor() && line == model.flows().cursor_line();
    const view::FlowRow* row = nullptr;
    if (lines[line].what == ListPane::Line::What::kRow)
      row = &model.frame().flows[lines[line].row];
    else if (cursor && model.flow())
      row = &*model.flow();
    if (row == nullptr) continue;
    any = true;
    const bool gone = cursor && model.flow_gone();
    auto texts = cells_of(row->facts, widths, model.frame().status.now, glyphs);
    if (gone) texts[kState] = U"CLOSED";
    const Style style{tone_of(*row, gone)};
    draw_row(screen, y, columns, widths, texts, style, glyphs);
    if (!event::has_remote(row->facts))
      draw_long_local(screen, y, row->facts, widths, style, glyphs);
    draw_mark(screen, y, *row, gone, glyphs);
    if (cursor)
      screen.mark(0, y, screen.width(),
                  model.focus() == Focus::kFlows ? CursorMark::kActive : CursorMark::kIdle);
  }
  if (!any && !lines.empty()) draw_empty(screen, model, layout, glyphs);
}

}  // namespace picket::app::tui
