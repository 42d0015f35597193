// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/client/terminal_facts.h"
#include "app/history/history_commands.h"
#include "app/history/record_words.h"
#include "app/history/store_folder.h"
#include "base/utf8.h"
#include "view/units.h"

namespace picket::app::history {
namespace {

constexpr size_t kBarMax = 40;

// False: nobody reads any more.
bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

void print_records(const cli::SearchRequest& request, store::Reader& reader) {
  const bool color = client::look_at_terminal().color && !request.no_color;
  size_t left = request.limit == 0 ? SIZE_MAX : request.limit;
  reader.select(request.query, request.oldest_first, [&](const schema::Record& record) {
    return print(request.json ? schema::json_line(record) + '\n' : record_line(record, color)) &&
           --left > 0;
  });
}

void print_count(const cli::SearchRequest& request, store::Reader& reader) {
  const uint64_t count = reader.count(request.query);
  print(request.json ? "{\"count\":" + std::to_string(count) + "}\n" : view::grouped(count) + "\n");
}

void print_top(const cli::SearchRequest& request, store::Reader& reader) {
  const size_t values = request.limit == 0 ? SIZE_MAX : request.limit;
  const store::Reader::Top top = reader.top(request.query, request.top, values);
  for (const auto& [value, count] : top.values) {
    std::string line;
    if (request.json) {
      JsonWriter json(line);
      json.begin_object().member("value", value).member("count", count).end_object();
    } else {
      line = view::grouped(count);
      line.insert(0, line.size() < 12 ? 12 - line.size() : 0, ' ');
      line += "  " + printable(value);
    }
    print(line + '\n');
  }
  if (top.distinct > top.values.size() && !request.json)
    print("        and  " + view::grouped(top.distinct - top.values.size()) + " other values\n");
  if (top.others != 0)
    std::fprintf(stderr, "picket: %s records have further values, too many to tell apart\n",
                 view::grouped(top.others).c_str());
}

void print_histogram(const cli::SearchRequest& request, store::Reader& reader) {
  const auto spans = reader.histogram(request.query, request.width_ns);
  uint64_t most = 1;
  for (const auto& [at, count] : spans) most = std::max(most, count);
  for (const auto& [at, count] : spans) {
    std::string line;
    if (request.json) {
      JsonWriter json(line);
      json.begin_object().member("time", rfc3339(WallTime{at})).member("count", count);
      json.end_object();
    } else {
      std::string number = view::grouped(count);
      number.insert(0, number.size() < 12 ? 12 - number.size() : 0, ' ');
      line = time_words(WallTime{at}) + number + "  " +
             std::string(std::max<size_t>(1, count * kBarMax / most), '#');
    }
    print(line + '\n');
  }
}

}  // namespace

Result<int> run_search(const cli::SearchRequest& request) {
  using What = cli::SearchRequest::What;
  if (request.what == What::kFields) {
    print(schema::reference_page());
    return cli::kExitDone;
  }
  TRY_ASSIGN(store::Reader reader, open_store(request.state));
  switch (request.what) {
    case What::kCount: print_count(request, reader); break;
    case What::kTop: print_top(request, reader); break;
    case What::kHistogram: print_histogram(request, reader); break;
    default: print_records(request, reader); break;
  }
  std::fflush(stdout);
  return tell_problems(reader) ? cli::kExitCouldNot : cli::kExitDone;
}

}  // namespace picket::app::history
