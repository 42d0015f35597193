// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"
#include "schema/record.h"
#include "search/query.h"

// A query as the condition of a SELECT over one kind's table, and how values lie in those tables
// (docs/formats/store.md). Everything that came from outside is a bound parameter: the text holds
// column names of fields.def, operators and ?N only. Pure.
namespace picket::search {

struct Blob {
  std::string bytes;
};
using Bind = std::variant<int64_t, double, std::string, Blob>;

struct Condition {
  bool never = false;       // no record of this kind can match: nothing to run
  std::string common;       // "WITH ... " to stand before the SELECT; may be empty
  std::string where;        // never empty: "1" where everything matches
  std::vector<Bind> binds;  // for ?1, ?2...
};

// `kind`'s table has a column for each field it may have.
Condition compile(const Query& query, schema::Kind kind);

// The column of a field: its name with _ for each dot.
std::string column(schema::Field field);

// A row's number is its time in microseconds and, below that, a count, so that rows lie in order of
// time without an index. Times before 1970 count as 1970, those after 2255 as then.
constexpr int kRowCountBits = 10;
constexpr int64_t kRowsPerMicrosecond = int64_t{1} << kRowCountBits;
constexpr int64_t kMicrosecondsMax = (int64_t{1} << (63 - kRowCountBits)) - 2;
int64_t first_row_at(int64_t time_ns);
int64_t last_row_at(int64_t time_ns);
int64_t time_of_row(int64_t row);  // ns

// An address as it is stored: 4 or 16 bytes in network order.
Blob address_blob(const IpAddress& address);
// Texts are found by this hash of what they are without regard to ASCII case.
int64_t text_hash(std::string_view text);

}  // namespace picket::search
