// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

// The fixed words that options take, by the name their value has in the help text (STATE, PROTO,
// ...): one list for checking, suggesting, completing and documenting. Pure functions; any thread.
namespace picket::app::cli {

// Empty: any value goes.
std::vector<std::string_view> words_for(std::string_view value_name);

// A value as messages show it: in quotes, without control characters.
std::string in_quotes(std::string_view value);

// Whether values of that name are paths, which a shell completes by itself.
bool names_a_path(std::string_view value_name);

}  // namespace picket::app::cli
