// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/field.h"

namespace picket::app::web::api {

struct Completion {
  std::string text;
  std::string_view kind;  // field, value, operator
  std::string_view meaning = {};
  uint64_t count = 0;  // of a value
};

// What stands at a place of a query that is being written: the word there, from its beginning to
// its end, and what it may become as far as the declared fields tell.
struct Place {
  size_t from = 0, until = 0;          // bytes of the word that is replaced
  std::optional<schema::Field> field;  // a value of this one stands there
  std::string begun;                   // what of it is there before the cursor
  std::vector<Completion> completions;
};

// Pure. `at` beyond the end is the end.
Place place_in(std::string_view query, size_t at);
// A value as it is written in a query: in quotes where it has to be.
std::string as_value(std::string_view value);

}  // namespace picket::app::web::api
