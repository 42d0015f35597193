// SPDX-License-Identifier: Apache-2.0
#include "app/tui/help.h"

#include <algorithm>
#include <cmath>

#include "app/tui/model.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

struct Entry {
  const char* label;
  const char* text;
};

constexpr Entry kKeys[] = {
    {"Keys", ""},
    {"j k, arrows",
     "move; the row under the cursor keeps its line whatever arrives. Up from the first row lets "
     "go of it, and the list shows its top again"},
    {"PgUp PgDn", "a page up or down; Home and End: to the first or last row"},
    {"Tab", "to the next pane, Shift-Tab back: applications, connections, details"},
    {"Enter", "from above: into its connections. From below: details on and off"},
    {"Esc", "one step back: close the details, clear the filter, let go of the row"},
    {"/",
     "filter as you type; Enter keeps it, Esc clears it. For example: process:ssh  port:443,80  "
     "remote:10.0.0.0/8  proto:udp  state:listen  user:root  name:example.org"},
    {"g  G",
     "group by the next of application, process, remote host, unit, container; G: choose from a "
     "list"},
    {"s  S",
     "sort this pane by the next, the previous order. Above: traffic, name, flows, newest. Below: "
     "newest, traffic, state, remote, local, process"},
    {"l", "hide or show loopback, broadcast and multicast"},
    {"p", "pause: the picture stands still, capture goes on"},
    {"e",
     "export what is on the screen to picket-watch-<time>.txt and .json in the current directory"},
    {"?", "this page"},
    {"q", "quit"},
    {"", ""},
};

constexpr Entry kColumnWords[] = {
    {"Columns", ""},
    {"PROCS", "processes of this row that have sockets"},
    {"FLOWS LISTEN", "conversations open, and sockets that wait for others"},
    {"IN/s OUT/s", "bytes per second received and sent, headers included (1 K = 1,024)"},
    {"LAST MINUTE", "both directions together, oldest left, each row to its own scale"},
    {"STATE",
     "ESTAB open, SYN-S calling, SYN-R being called, LISTEN waiting, OPEN or BOUND for datagrams, "
     "FIN-1 FIN-2 CLO-W LAST-A CLOSNG TIME-W closing, CLOSED gone"},
    {"PROCESS",
     "(closing) no process holds it any more, (unclaimed) not yet accepted, (hidden) not ours to "
     "see, (lost) its record was lost; Enter says more"},
    {"REMOTE", "the arrow tells who opened it: outbound or inbound"},
    {"NAME",
     "and how it is known: dns (answer seen on the wire), sni (asked for in TLS), host (asked for "
     "in HTTP), mdns. Never a guess from the address"},
    {"AGE", "since it was opened; with >: it was there before picket looked"},
    {"IN OUT", "bytes so far; a dash: nobody counted"},
    {"", ""},
};

void add(std::vector<DetailLine>& lines, std::string_view label, std::string_view text, Tone tone,
         const Model& model) {
  const auto room = static_cast<size_t>(std::max(model.width() - kDetailLabelCells - 3, 10));
  bool first = true;
  for (CellText& line : wrap(cell_text(text, model.ascii()), room)) {
    lines.push_back({first ? cell_text(label, true) : CellText(), std::move(line), tone});
    first = false;
  }
}

void add_losses(std::vector<DetailLine>& lines, const Model& model) {
  const view::Status& status = model.frame().status;
  add(lines, "This picture", "", Tone::kPlain, model);
  const double ratio = std::clamp(status.attributed_ratio, 0.0, 1.0);
  char percent[32];
  std::snprintf(percent, sizeof percent, "%.1f %%", std::floor(ratio * 1000) / 10);
  add(lines, "Owner certain", std::string("of ") + percent + " of all flows since picket was ready",
      Tone::kPlain, model);
  add(lines, "Lost", view::grouped(status.lost) + (status.lost == 0 ? ": nothing was missed" : ""),
      status.lost == 0 ? Tone::kPlain : Tone::kWarning, model);
  for (const view::Loss& loss : status.losses)
    add(lines, "", view::grouped(loss.count) + " " + loss.counter + ": " + loss.meaning,
        Tone::kWarning, model);
  if (!status.geo.empty()) add(lines, "Countries", status.geo, Tone::kPlain, model);
}

}  // namespace

std::vector<DetailLine> help_lines(const Model& model) {
  const Glyphs& glyphs = Glyphs::of(model.ascii());
  std::vector<DetailLine> lines;
  for (const Entry& entry : kKeys) add(lines, entry.label, entry.text, Tone::kPlain, model);
  const auto sign = [](char32_t glyph) { return to_utf8(CellText(1, glyph)); };
  add(lines, "Signs",
      sign(glyphs.created) + " new  " + sign(glyphs.closed) + " closed, about to go  " +
          sign(glyphs.suspicious) + " stands out; Enter says why",
      Tone::kPlain, model);
  add(lines, "", "", Tone::kPlain, model);
  for (const Entry& entry : kColumnWords) add(lines, entry.label, entry.text, Tone::kPlain, model);
  if (model.has_frame()) add_losses(lines, model);
  return lines;
}

}  // namespace picket::app::tui
