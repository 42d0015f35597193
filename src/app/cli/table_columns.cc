// SPDX-License-Identifier: Apache-2.0
#include "app/cli/table_columns.h"

#include <array>
#include <cstdio>

#include "view/units.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;
using view::Cut;

constexpr size_t kIpv4EndpointWidth = 21;  // 255.255.255.255:65535

// In the order of Column. The last to go: who, and with whom.
constexpr std::array<ColumnTraits, kColumnCount> kTraits{{
    {"process", "PROCESS", false, Cut::kEnd, 22, 16, 20},
    {"pid", "PID", true, Cut::kEnd, 0, 0, 18},
    {"user", "USER", false, Cut::kEnd, 12, 8, 11},
    {"proto", "PROTO", false, Cut::kEnd, 0, 0, 16},
    {"state", "STATE", false, Cut::kEnd, 0, 0, 15},
    {"local", "LOCAL", false, Cut::kMiddle, 28, 15, 14},
    {"direction", "", false, Cut::kEnd, 0, 0, 17},
    {"remote", "REMOTE", false, Cut::kMiddle, 47, kIpv4EndpointWidth, 19},
    {"name", "NAME (how known)", false, Cut::kStart, 36, 18, 13, true},
    {"place", "PLACE", false, Cut::kEnd, 16, 8, 6, true},
    {"unit", "UNIT/CONTAINER", false, Cut::kMiddle, 24, 14, 7, true},
    {"namespace", "NETWORK", false, Cut::kMiddle, 16, 8, 4, true},
    {"in", "IN", true, Cut::kEnd, 0, 0, 10},
    {"out", "OUT", true, Cut::kEnd, 0, 0, 9},
    {"in-rate", "IN/s", true, Cut::kEnd, 0, 0, 3},
    {"out-rate", "OUT/s", true, Cut::kEnd, 0, 0, 2},
    {"rtt", "RTT", true, Cut::kEnd, 0, 0, 1, true},
    {"retransmits", "RESENT", true, Cut::kEnd, 0, 0, 0, true},
    {"age", "AGE", true, Cut::kEnd, 0, 0, 12},
    {"how", "OWNER KNOWN BY", false, Cut::kEnd, 16, 14, 5},
    {"executable", "EXECUTABLE", false, Cut::kStart, 32, 20, 8, true},
}};

std::string bytes_text(const FlowFacts& flow, uint64_t bytes) {
  return flow.counters.known ? view::short_bytes(bytes) : "-";
}

std::string rate_text(const FlowFacts& flow, double rate) {
  return flow.counters.known ? view::short_rate(rate) : "-";
}

std::string rtt_text(uint32_t rtt_us) {
  if (rtt_us == 0) return {};
  char text[32];
  const double ms = rtt_us / 1000.0;
  std::snprintf(text, sizeof text, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
  return text;
}

std::string age_text(const FlowFacts& flow, WallTime now) {
  const std::string age = view::short_age(flow.opened, flow.closed.value_or(now));
  return flow.opened_before_start ? ">" + age : age;  // older than picket's view of it
}

std::string direction_mark(const FlowFacts& flow, bool utf8) {
  if (!talks(flow)) return {};
  switch (flow.role) {
    case event::Role::kClient: return utf8 ? "→" : "->";
    case event::Role::kServer: return utf8 ? "←" : "<-";
    default: return utf8 ? "↔" : "--";
  }
}

Phrase remote_phrase(const FlowFacts& flow, const CellContext& context) {
  if (!context.local_shown && !talks(flow)) return {"on " + endpoint_text(flow.local), {}};
  return {remote_text(flow), {}};
}

}  // namespace

const ColumnTraits& traits(Column column) { return kTraits[static_cast<size_t>(column)]; }

std::optional<Column> parse_column(std::string_view word) {
  for (size_t i = 0; i < kTraits.size(); ++i)
    if (kTraits[i].word == word) return static_cast<Column>(i);
  return std::nullopt;
}

std::vector<std::string_view> column_words() {
  std::vector<std::string_view> words;
  for (const ColumnTraits& each : kTraits) words.push_back(each.word);
  return words;
}

Phrase cell(Column column, const FlowFacts& flow, const CellContext& context) {
  const event::FlowCounters& counters = flow.counters;
  switch (column) {
    case Column::kProcess: return owner_phrase(flow);
    case Column::kPid: return {flow.owner.pid == 0 ? "-" : std::to_string(flow.owner.pid), {}};
    case Column::kUser: return {user_text(flow), {}};
    case Column::kProto: return {protocol_text(flow), {}};
    case Column::kState: return {std::string(state_text(flow.state)), {}};
    case Column::kLocal: return {endpoint_text(flow.local), {}};
    case Column::kDirection: return {direction_mark(flow, context.utf8), {}};
    case Column::kRemote: return remote_phrase(flow, context);
    case Column::kName: return name_phrase(flow);
    case Column::kPlace: return {place_text(flow), {}};
    case Column::kUnit: return {view::terminal_text(home_of(flow)), {}};
    case Column::kNamespace: return {view::terminal_text(flow.network_namespace_name), {}};
    case Column::kIn: return {bytes_text(flow, counters.bytes_in), {}};
    case Column::kOut: return {bytes_text(flow, counters.bytes_out), {}};
    case Column::kInRate: return {rate_text(flow, flow.bytes_in_per_s), {}};
    case Column::kOutRate: return {rate_text(flow, flow.bytes_out_per_s), {}};
    case Column::kRtt: return {rtt_text(counters.rtt_us), {}};
    case Column::kRetransmits:
      return {counters.retransmits == 0 ? std::string() : std::to_string(counters.retransmits), {}};
    case Column::kAge: return {age_text(flow, context.now), {}};
    case Column::kHow: return {attribution_text(flow), {}};
    case Column::kExecutable: return {view::terminal_text(flow.executable), {}};
  }
  return {};
}

}  // namespace picket::app::cli
