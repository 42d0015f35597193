// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/table_columns.h"
#include "event/facts.h"
#include "view/frame.h"

// `picket connections` for people. Pure functions; any thread; nothing they return can steer a
// terminal, whatever processes and peers call themselves (colours, when asked for, are ours).
//
// Conversations come first and sockets that wait for them last, with an empty line between: who
// talks is the question, and the list of listeners is short, so on a terminal the newest lines of
// both end up in sight. Within the two parts the order given is kept (flow_sort.h).
namespace picket::app::cli {

struct TableStyle {
  size_t width = 80;            // of the terminal; 0: no limit (the output goes to a file or pipe)
  bool color = false;           // true only for a terminal where NO_COLOR is not set
  bool utf8 = true;             // else … → ← are spelled ~ -> <-
  WallTime now;                 // what ages are counted from
  std::vector<Column> columns;  // these and no others, whatever the width; empty: those that fit
};

// A heading, the rows, and a line that sums up. No flows: the empty text; see nothing_found().
std::string connections_table(std::span<const event::FlowFacts> flows, const TableStyle& style);

// "41 connections and 12 listening sockets of 18 processes; in 2.1 M, out 88.0 K".
std::string connections_summary(std::span<const event::FlowFacts> flows);

// What to say instead of an empty table; `filter` is the expression that was asked for, or empty.
std::string nothing_found(std::string_view filter);

// What keeps the list from being the whole truth: mode, losses, self-test, not ready yet. A line
// each, for stderr; empty when nothing does.
std::string status_warnings(const view::Status& status);

}  // namespace picket::app::cli
