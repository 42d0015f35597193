// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace picket::detect::sigma {

// Lower-cases `text` for caseless comparison and appends it to `out`. Letters of Latin-1, Latin
// Extended-A, Greek, Cyrillic, Armenian and the full-width forms fold one to one (Unicode simple
// folding), as do U+212A KELVIN SIGN (k) and U+017F LONG S (s); bytes that are not UTF-8 stay as
// they are. Both sides of every caseless comparison go through here, so they agree by construction.
void append_folded(std::string& out, std::string_view text);
std::string folded(std::string_view text);

}  // namespace picket::detect::sigma
