// SPDX-License-Identifier: Apache-2.0
#include "app/cli/history_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <charconv>

#include "app/cli/nearest.h"
#include "app/cli/option_groups.h"
#include "base/utf8.h"
#include "search/query_value.h"

namespace picket::app::cli {
namespace {

constexpr size_t kLimitMax = 10'000'000;
constexpr size_t kIdMax = 64;

void add_form_options(CLI::App& command, bool& json, bool& no_color) {
  command.add_flag("--json", json, "one JSON object a line")->group(kOutputGroup);
  command.add_flag("--no-color", no_color, "no colours (as the environment variable NO_COLOR)")
      ->group(kOutputGroup);
}

std::string near_field(std::string_view name) {
  std::vector<std::string_view> known;
  for (const schema::FieldInfo& field : schema::fields()) known.push_back(field.name);
  std::string_view near = nearest(name, known);
  // remote.address for remote.ip, exe for process.executable: the last part alone.
  if (near.empty())
    for (const std::string_view candidate : known)
      if (candidate.ends_with('.' + std::string(name))) near = candidate;
  return near.empty() ? std::string() : "did you mean " + std::string(near) + "? ";
}

}  // namespace

void add_state_option(CLI::App& command, std::string& folder) {
  command.add_option("--state", folder, "the folder that the history is kept in")
      ->type_name("DIR")
      ->capture_default_str()
      ->group(kWhereGroup);
}

Result<size_t> resolve_limit(const std::string& given) {
  size_t limit = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), limit);
  if (error == std::errc() && end == given.data() + given.size() && limit <= kLimitMax)
    return limit;
  return failure("--limit: \"" + printable(given) + "\" is not a number of records",
                 "write a number up to " + std::to_string(kLimitMax) + ", or 0 for all");
}

void add_search_options(CLI::App& command, SearchOptions& options) {
  command
      .add_option("query", options.words,
                  "what to find: process.name:curl remote.ip:10.0.0.0/8 NOT severity:low "
                  "last:24h (docs/reference/search.md); none: everything")
      ->type_name("QUERY");
  add_form_options(command, options.json, options.no_color);
  command.add_flag("--count", options.count, "only how many there are")->group(kOutputGroup);
  command.add_option("--top", options.top, "the most frequent values of this field")
      ->type_name("FIELD")
      ->group(kOutputGroup);
  command.add_option("--histogram", options.histogram, "how many in each span: 10m, 1h, 1d")
      ->type_name("SPAN")
      ->group(kOutputGroup);
  command.add_option("--limit", options.limit, "at most that many records or values; 0: all")
      ->type_name("NUMBER")
      ->capture_default_str()
      ->group(kOutputGroup);
  command.add_flag("--oldest-first", options.oldest_first, "in order of time, the earliest first")
      ->group(kOutputGroup);
  command.add_flag("--fields", options.fields, "the fields there are, as docs/reference/fields.md")
      ->group(kOutputGroup);
  add_state_option(command, options.state);
}

void add_incidents_options(CLI::App& command, IncidentsOptions& options) {
  command.add_option("id", options.id, "an incident's id, or its beginning: all about that one")
      ->type_name("ID");
  constexpr const char* kDecideGroup = "Decide";
  command.add_option("--status", options.status, "open, waiting, in_progress or closed")
      ->type_name("STATUS")
      ->group(kDecideGroup);
  command
      .add_option("--verdict", options.verdict,
                  "security_risk, false_positive, benign, test, managed_externally, "
                  "insufficient_data or not_set")
      ->type_name("VERDICT")
      ->group(kDecideGroup);
  command.add_option("--reason", options.reason, "why; a false positive or benign needs one")
      ->type_name("TEXT")
      ->group(kDecideGroup);
  command.add_option("--assign", options.assignee, "who works on it")
      ->type_name("NAME")
      ->group(kDecideGroup);
  add_form_options(command, options.json, options.no_color);
  add_state_option(command, options.state);
}

Result<search::Query> resolve_query(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  auto query = search::parse_query(text, system_clock().wall());
  if (query) return std::move(*query);
  const search::QueryError& error = query.error();
  std::string next = error.unknown_name.empty() ? std::string() : near_field(error.unknown_name);
  next += error.hint;
  if (next.empty()) next = "picket search --fields lists the fields";
  return failure(search::error_text(text, error), next);
}

Result<SearchRequest> resolve(const SearchOptions& options) {
  using What = SearchRequest::What;
  SearchRequest request;
  const int forms =
      options.count + options.fields + !options.top.empty() + !options.histogram.empty();
  if (forms > 1)
    return failure("--count, --top, --histogram and --fields exclude each other",
                   "choose one of them");
  TRY_ASSIGN(request.query, resolve_query(options.words));
  TRY_ASSIGN(request.limit, resolve_limit(options.limit));
  if (options.count) request.what = What::kCount;
  if (options.fields) request.what = What::kFields;
  if (!options.top.empty()) {
    const auto field = schema::find_field(options.top);
    if (!field)
      return failure("--top: there is no field " + printable(options.top),
                     near_field(options.top) + "picket search --fields lists them");
    if (*field == schema::Field::kTime)
      return failure("--top counts values, and times are all different", "use --histogram 1h");
    request.what = What::kTop;
    request.top = *field;
  }
  if (!options.histogram.empty()) {
    const auto width = search::parse_span(options.histogram);
    if (!width || *width == 0)
      return failure("--histogram: \"" + printable(options.histogram) + "\" is no span of time",
                     "write 30s, 10m, 1h, 1d or 1w");
    request.what = What::kHistogram;
    request.width_ns = *width;
  }
  request.state = options.state;
  request.json = options.json;
  request.oldest_first = options.oldest_first;
  request.no_color = options.no_color;
  return request;
}

Result<IncidentsOptions> resolve(const IncidentsOptions& options) {
  if (options.id.size() > kIdMax)
    return failure("\"" + printable(options.id) + "\" is no incident's id",
                   "picket incidents lists them");
  if (options.decides() && options.id.empty())
    return failure("--status, --verdict, --reason and --assign are about one incident",
                   "name it: picket incidents ID --verdict ...");
  return options;
}

}  // namespace picket::app::cli
