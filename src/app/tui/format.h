// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "app/tui/cell_text.h"
#include "app/tui/glyphs.h"
#include "event/facts.h"
#include "view/frame.h"

// Flows as the screen spells them: short, in the reader's words (numbers and times: view/units.h).
// No state; any thread.
namespace picket::app::tui {

std::string short_state(const event::FlowFacts& flow);  // ESTAB, LISTEN, SYN-S..., at most 6 cells

// Whose socket: the process' name; in brackets where there is no process, and why.
std::string owner_text(const event::FlowFacts& flow);
// The name and how it is known: "update.example (dns)"; empty when there is none.
std::string name_text(const event::FlowFacts& flow);

// An endpoint in `width` cells: whole if it fits, else the address is cut and the port kept.
CellText endpoint_cells(const Endpoint& endpoint, size_t width, const Glyphs& glyphs);

std::string_view title(view::Grouping grouping);  // "application"
std::string_view title(view::GroupOrder order);   // "traffic"
std::string_view title(view::FlowOrder order);
std::string_view plural(view::Grouping grouping);  // "applications"

}  // namespace picket::app::tui
