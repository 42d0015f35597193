// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/tui/details.h"

namespace picket::app::tui {

// What `?` shows: every key, what the columns mean, what was lost so far. Lines of at most the
// model's width. Pure.
std::vector<DetailLine> help_lines(const Model& model);

}  // namespace picket::app::tui
