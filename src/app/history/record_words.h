// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "schema/record.h"

// Records and incidents as people read them: lines for a terminal, made printable. Pure functions.
namespace picket::app::history {

// Two lines at most: when, which kind, and what happened in words.
std::string record_line(const schema::Record& record, bool color);
// 2026-01-02 03:04:05Z
std::string time_words(WallTime time);
// The colour for a severity or priority word; empty: none.
std::string_view color_of(std::string_view word);

}  // namespace picket::app::history
