// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The modifier windash: Windows programs take -x, /x and the typographic dashes alike.
namespace picket::detect::sigma {

// The text with each dash that introduces a flag (no word before it, a word after it) replaced by
// every other; at most kSpellingsMax (modifier.h), more is an Error.
Result<std::vector<std::string>> dash_spellings(std::string_view text);

}  // namespace picket::detect::sigma
