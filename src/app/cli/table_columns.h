// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/flow_words.h"
#include "event/facts.h"
#include "view/text_width.h"

// The columns of the connections table: what each is called, what it says of a flow and how it
// behaves when there is little room. Pure functions; any thread.
namespace picket::app::cli {

// In the order in which they are shown.
enum class Column : uint8_t {
  kProcess,
  kPid,
  kUser,
  kProto,
  kState,
  kLocal,
  kDirection,
  kRemote,
  kName,
  kPlace,
  kUnit,
  kNamespace,
  kIn,
  kOut,
  kInRate,
  kOutRate,
  kRtt,
  kRetransmits,
  kAge,
  kHow,
  kExecutable,
};
constexpr size_t kColumnCount = static_cast<size_t>(Column::kExecutable) + 1;

// A column worth this much or more is shown even when others must be narrower for it.
constexpr int kEssentialWorth = 14;

struct ColumnTraits {
  std::string_view word;  // for --columns
  std::string_view heading;
  bool right = false;               // numbers: aligned right, never cut
  view::Cut cut = view::Cut::kEnd;  // which end a reader can miss
  size_t good = 0;                  // enough for most cells; 0: as wide as its cells are
  size_t least = 0;                 // no use narrower than this; 0: the same
  int worth = 0;                    // the least goes first
  bool if_any = false;              // left out when every row is empty there
};
const ColumnTraits& traits(Column);

std::optional<Column> parse_column(std::string_view word);
std::vector<std::string_view> column_words();

// What the cells depend on besides the flow.
struct CellContext {
  WallTime now;
  bool utf8 = true;
  bool local_shown = true;  // else a listener's place stands where the peer would
};
Phrase cell(Column, const event::FlowFacts&, const CellContext&);

}  // namespace picket::app::cli
