// SPDX-License-Identifier: Apache-2.0
// Queries are typed by people, sent by consoles, and pasted from anywhere.
#include "search/sql.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = search::parse_query(text, WallTime{1'767'225'600'000'000'000});
  if (!query) {
    (void)search::error_text(text, query.error());
    return 0;
  }
  for (size_t kind = 0; kind < schema::kKindCount; ++kind) {
    const search::Condition condition = search::compile(*query, static_cast<schema::Kind>(kind));
    // Nothing of the query's values may stand in the statement.
    for (const char letter : condition.where + condition.common)
      if (letter == ';' || letter == '#' || static_cast<unsigned char>(letter) >= 0x80)
        __builtin_trap();
  }
  return 0;
}
