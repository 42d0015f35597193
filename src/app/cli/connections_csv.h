// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/facts.h"

// `picket connections --csv`: RFC 4180, one line per flow, a heading first; the contract is
// docs/formats/connections_csv.md (columns may be added at the end, never renamed or moved). Pure
// functions; any thread.
//
// Made to be opened in a spreadsheet by somebody who trusts nothing in it: a text that a
// spreadsheet would take for a formula, or that begins with an apostrophe itself, gets an
// apostrophe in front, which a reader takes off again. Control characters and what is not UTF-8 are
// spelled out (view::terminal_text), so a record is always one line and safe to show; only such
// texts cannot be turned back exactly, which is what --json is for.
namespace picket::app::cli {

// The columns in order.
std::span<const std::string_view> csv_columns();

// The heading, CRLF included.
std::string csv_heading();
// Appends one record, CRLF included.
void append_csv(std::string& out, const event::FlowFacts& flow);
// Heading and records.
std::string connections_csv(std::span<const event::FlowFacts> flows);

// One text as a CSV field: guarded against formulas, quoted where RFC 4180 asks for it.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace picket::app::cli
