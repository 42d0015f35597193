// SPDX-License-Identifier: Apache-2.0
#include "app/cli/connections_table.h"

#include <algorithm>
#include <set>

#include "app/cli/column_layout.h"
#include "view/units.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;

constexpr size_t kRoomyWidth = 100;  // from here on two spaces between columns

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kReset = "\x1b[0m";

// Colour says nothing that a word does not say as well.
std::string_view color_of(Column column, const FlowFacts& flow) {
  if (column == Column::kProcess) {
    if (flow.executable_deleted || flow.executable_is_memfd) return kRed;
    return flow.owner_class == event::OwnerClass::kProcess ? kBold : kDim;
  }
  if (column != Column::kState) return {};
  switch (flow.state) {
    case event::FlowState::kListen: return kCyan;
    case event::FlowState::kSynSent:
    case event::FlowState::kSynReceived: return kYellow;
    case event::FlowState::kEstablished:
    case event::FlowState::kOpen:
    case event::FlowState::kUnknown: return {};
    default: return kDim;  // on its way out
  }
}

// The widest cell of each column, heading included; 0 where no row says anything.
std::vector<size_t> widest_cells(std::span<const FlowFacts> flows, std::span<const Column> columns,
                                 const CellContext& context) {
  std::vector<size_t> widest(columns.size(), 0);
  for (const FlowFacts& flow : flows)
    for (size_t i = 0; i < columns.size(); ++i)
      widest[i] = std::max(widest[i], view::display_width(cell(columns[i], flow, context).whole()));
  return widest;
}

struct Layout {
  std::vector<Column> columns;
  std::vector<size_t> widths;
  size_t gap = 1;
};

Layout choose_layout(std::span<const FlowFacts> flows, const TableStyle& style,
                     const CellContext& context) {
  const bool fixed = !style.columns.empty();
  std::vector<Column> candidates = style.columns;
  for (size_t i = 0; !fixed && i < kColumnCount; ++i) candidates.push_back(static_cast<Column>(i));
  const std::vector<size_t> widest = widest_cells(flows, candidates, context);
  std::vector<Column> kept;
  std::vector<ColumnNeed> needs;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const ColumnTraits& about = traits(candidates[i]);
    if (!fixed && about.if_any && widest[i] == 0) continue;
    const size_t natural = std::max(widest[i], about.heading.size());
    const auto at_most_natural = [natural](size_t wanted) {
      return wanted == 0 ? natural : std::min(natural, wanted);
    };
    needs.push_back({natural, at_most_natural(about.good), at_most_natural(about.least),
                     about.worth, about.worth >= kEssentialWorth});
    kept.push_back(candidates[i]);
  }
  Layout layout;
  layout.gap = style.width != 0 && style.width < kRoomyWidth ? 1 : 2;
  for (const ColumnWidth& chosen : fixed ? lay_out_all(needs, style.width, layout.gap)
                                         : lay_out(needs, style.width, layout.gap)) {
    layout.columns.push_back(kept[chosen.index]);
    layout.widths.push_back(chosen.width);
  }
  return layout;
}

// The phrase in exactly `width` columns. The tail stays as long as something of the text can.
std::string fit(const Phrase& phrase, size_t width, const ColumnTraits& about, bool utf8) {
  const size_t tail = view::display_width(phrase.tail);
  const std::string shown =
      tail + 1 < width ? view::cut(phrase.text, width - tail, about.cut, utf8) + phrase.tail
                       : view::cut(phrase.whole(), width, about.cut, utf8);
  return about.right ? view::pad_left(shown, width) : view::pad_right(shown, width);
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

void append_heading(std::string& out, const Layout& layout, const TableStyle& style) {
  std::string line;
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const ColumnTraits& about = traits(layout.columns[i]);
    if (i > 0) line.append(layout.gap, ' ');
    const std::string word =
        view::cut(about.heading, layout.widths[i], view::Cut::kEnd, style.utf8);
    line += about.right ? view::pad_left(word, layout.widths[i])
                        : view::pad_right(word, layout.widths[i]);
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (style.color)
    out.append(kBold).append(line).append(kReset);
  else
    out += line;
  out += '\n';
}

void append_row(std::string& out, const FlowFacts& flow, const Layout& layout,
                const TableStyle& style, const CellContext& context) {
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const Column column = layout.columns[i];
    if (i > 0) out.append(layout.gap, ' ');
    const std::string text =
        fit(cell(column, flow, context), layout.widths[i], traits(column), style.utf8);
    const std::string_view color = style.color ? color_of(column, flow) : std::string_view();
    if (color.empty())
      out += text;
    else
      out.append(color).append(text).append(kReset);
  }
  end_line(out);
}

// The summary in lines of `width`, broken after semicolons.
std::string folded(std::string_view summary, size_t width) {
  std::string out;
  size_t taken = 0;
  while (!summary.empty()) {
    const std::string_view part = summary.substr(0, summary.find("; "));
    const bool more = part.size() < summary.size();
    if (taken > 0 && width != 0 && taken + part.size() + 3 > width) {
      out += '\n';
      taken = 0;
    } else if (taken > 0) {
      out += ' ';
    }
    out.append(part).append(more ? ";" : "");
    taken += part.size() + 2;
    summary.remove_prefix(part.size() + (more ? 2 : 0));
  }
  return out + '\n';
}

std::string plural(uint64_t number, std::string_view one, std::string_view many) {
  return view::grouped(number) + " " + std::string(number == 1 ? one : many);
}

}  // namespace

std::string connections_table(std::span<const FlowFacts> flows, const TableStyle& style) {
  if (flows.empty()) return {};
  const auto has_local = [](const std::vector<Column>& columns) {
    return std::ranges::find(columns, Column::kLocal) != columns.end();
  };
  CellContext context{style.now, style.utf8, style.columns.empty() || has_local(style.columns)};
  Layout layout = choose_layout(flows, style, context);
  if (context.local_shown && !has_local(layout.columns)) {
    context.local_shown = false;  // no room: the peer's column says where a listener listens
    layout = choose_layout(flows, style, context);
  }
  std::string out;
  append_heading(out, layout, style);
  const size_t listeners = static_cast<size_t>(std::ranges::count_if(flows, listens));
  for (const FlowFacts& flow : flows)
    if (!listens(flow)) append_row(out, flow, layout, style, context);
  if (listeners > 0 && listeners < flows.size()) out += '\n';
  for (const FlowFacts& flow : flows)
    if (listens(flow)) append_row(out, flow, layout, style, context);
  out += '\n' + folded(connections_summary(flows), style.width);
  return out;
}

std::string connections_summary(std::span<const FlowFacts> flows) {
  uint64_t listening = 0, closed = 0, unowned = 0, in = 0, out = 0;
  std::set<event::ProcessKey> processes;
  for (const FlowFacts& flow : flows) {
    if (listens(flow))
      ++listening;
    else if (flow.closed)
      ++closed;
    if (flow.owner_class == event::OwnerClass::kProcess)
      processes.insert(flow.owner);
    else if (flow.owner_class != event::OwnerClass::kKernel)
      ++unowned;
    if (!flow.counters.known) continue;
    in += flow.counters.bytes_in;
    out += flow.counters.bytes_out;
  }
  std::string text = plural(flows.size() - listening, "connection", "connections");
  if (closed > 0) text += " (" + view::grouped(closed) + " just closed)";
  text += " and " + plural(listening, "listening socket", "listening sockets") + " of " +
          plural(processes.size(), "process", "processes") + "; in " + view::short_bytes(in) +
          ", out " + view::short_bytes(out);
  if (unowned > 0) text += "; " + view::grouped(unowned) + " without a known process";
  return text;
}

std::string nothing_found(std::string_view filter) {
  if (filter.empty())
    return "No process has a network socket here that picket can see: nothing talks, nothing "
           "listens.\n"
           "  See connections as they come: picket watch\n";
  const std::string shown = view::terminal_text(filter);
  return "No connection and no listening socket matches: " + shown +
         "\n  Ask for less (every filter narrows the list), or wait for one: picket watch\n";
}

std::string status_warnings(const view::Status& status) {
  std::string out;
  const auto warn = [&out](std::string_view text) {
    out += "picket: " + view::terminal_text(text) + "\n";
  };
  if (!status.ready) warn("still looking at what runs here: this list is not complete yet");
  if (status.mode == "fallback") {
    const std::string_view note = status.mode_note;
    warn("fallback mode: " +
         std::string(note.empty() ? "short-lived connections may be missing" : note) +
         " (picket doctor tells why)");
  } else if (!status.mode_note.empty()) {
    warn(status.mode_note);
  }
  if (!status.self_test.empty() && status.self_test != "passed" && status.self_test != "pending")
    warn("SELF-TEST FAILED: " + status.self_test + "; do not rely on this list");
  for (const view::Loss& loss : status.losses)
    warn("lost " + view::grouped(loss.count) + " (" + loss.counter + ")" +
         (loss.meaning.empty() ? std::string() : ": " + loss.meaning));
  return out;
}

}  // namespace picket::app::cli
