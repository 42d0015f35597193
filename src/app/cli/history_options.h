// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/field.h"
#include "search/query.h"

namespace CLI {
class App;
}

// The options of the commands about what was kept, in the same three parts as those of
// command_options.h.
namespace picket::app::cli {

constexpr const char* kDefaultState = "/var/lib/picket";

struct SearchOptions {
  std::vector<std::string> words;  // of the query
  std::string state = kDefaultState;
  bool json = false, count = false, oldest_first = false, fields = false;
  std::string top, histogram;
  std::string limit = "100";
  bool no_color = false;
};

struct SearchRequest {
  enum class What : uint8_t { kRecords, kCount, kTop, kHistogram, kFields };
  What what = What::kRecords;
  search::Query query;
  std::string state;
  bool json = false, oldest_first = false, no_color = false;
  size_t limit = 0;  // 0: all
  schema::Field top = schema::Field::kKind;
  int64_t width_ns = 0;  // of the histogram's spans
};

struct IncidentsOptions {
  std::string id;  // or its beginning; empty: all
  std::string state = kDefaultState;
  bool json = false, no_color = false;
  // What is decided about it; empty: as it was.
  std::string status, verdict, reason, assignee;
  bool decides() const {
    return !status.empty() || !verdict.empty() || !reason.empty() || !assignee.empty();
  }
};

void add_state_option(CLI::App& command, std::string& folder);
Result<size_t> resolve_limit(const std::string& given);

void add_search_options(CLI::App& command, SearchOptions& options);
void add_incidents_options(CLI::App& command, IncidentsOptions& options);

Result<SearchRequest> resolve(const SearchOptions& options);
Result<IncidentsOptions> resolve(const IncidentsOptions& options);

// A query as it was given, understood; the error shows the place.
Result<search::Query> resolve_query(const std::vector<std::string>& words);

}  // namespace picket::app::cli
