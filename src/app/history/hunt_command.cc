// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <unordered_set>

#include "app/analyze/store_output.h"
#include "app/cli/exit_code.h"
#include "app/history/history_commands.h"
#include "app/history/record_words.h"
#include "app/history/store_folder.h"
#include "base/utf8.h"
#include "detect/intel/indicator_engine.h"
#include "incident/incident_set.h"
#include "store/activity_of.h"
#include "store/record_of.h"
#include "view/units.h"

namespace picket::app::history {
namespace {

using detect::intel::IndicatorEngine;
using schema::Field;

constexpr uint64_t kTellEach = 50'000;  // records

// How far it is, on standard error where that is a terminal.
class HuntProgress {
 public:
  HuntProgress(uint64_t total, bool quiet)
      : total_(total), shown_(!quiet && isatty(STDERR_FILENO)) {}
  ~HuntProgress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }
  void seen() {
    if (++seen_ % kTellEach != 0 || !shown_) return;
    std::fprintf(stderr, "\r%s of %s records", view::grouped(seen_).c_str(),
                 view::grouped(total_).c_str());
  }
  uint64_t count() const { return seen_; }

 private:
  const uint64_t total_;
  const bool shown_;
  uint64_t seen_ = 0;
};

// A hit that an alert tells already, raised then or by an earlier hunt, is no news.
std::string key_of(std::string_view rule, std::string_view reason, WallTime time) {
  return std::string(rule) + '\n' + std::string(reason) + '\n' + std::to_string(time.ns / 1000);
}

std::unordered_set<std::string> known_hits(store::Reader& reader) {
  std::unordered_set<std::string> known;
  const auto alerts = search::parse_query("kind:alert detector:indicator", {});
  if (!alerts) return known;
  reader.select(*alerts, false, [&](const schema::Record& record) {
    known.insert(
        key_of(record.text_of(Field::kRuleId), record.text_of(Field::kReason), record.time));
    return true;
  });
  return known;
}

std::vector<event::Alert> look_again(store::Reader& reader, const search::Query& query,
                                     IndicatorEngine& engine, HuntProgress& progress) {
  std::vector<event::Alert> hits;
  reader.select(query, true, [&](const schema::Record& record) {
    progress.seen();
    if (const auto activity = store::activity_of(record)) engine.observe(*activity);
    for (event::Alert& alert : engine.take_new()) hits.push_back(std::move(alert));
    return true;
  });
  for (event::Alert& alert : engine.finish()) hits.push_back(std::move(alert));
  return hits;
}

// Keeps the hits, marked as found later, with the incidents they make; tells them.
Result<size_t> keep(std::vector<event::Alert>& hits, const std::unordered_set<std::string>& known,
                    const std::string& folder) {
  const incident::Lineage nobody;
  incident::IncidentSet incidents(nobody);
  std::vector<schema::Record> records;
  for (event::Alert& alert : hits) {
    if (known.contains(key_of(alert.rule_id, alert.reason, alert.time))) continue;
    event::assign_id(alert);
    incidents.add(alert);
    records.push_back(store::record_of(alert));
    records.back().value(Field::kFoundLater, true);
    records.back().finish();
    std::fputs(record_line(records.back(), false).c_str(), stdout);
  }
  if (records.empty()) return size_t{0};
  TRY_ASSIGN(analyze::StoreOutput output, analyze::StoreOutput::create(folder));
  TRY(output.open());
  for (const schema::Record& record : records) output.append(record);
  output.incidents(incidents.incidents());
  TRY(output.finish());
  TRY(output.commit());
  return records.size();
}

}  // namespace

Result<int> run_hunt(const cli::HuntRequest& request) {
  TRY_ASSIGN(const auto engine, IndicatorEngine::create(request.indicators));
  for (const detect::intel::ListReport& list : engine->reports())
    if (list.problems > 0)
      std::fprintf(stderr, "picket: %s: %llu entries not understood (picket content check tells)\n",
                   printable(list.source).c_str(), static_cast<unsigned long long>(list.problems));
  TRY_ASSIGN(store::Reader reader, open_store(request.state));
  const std::unordered_set<std::string> known = known_hits(reader);
  uint64_t seen = 0;
  std::vector<event::Alert> hits;
  {
    HuntProgress progress(reader.count(request.query), request.quiet);
    hits = look_again(reader, request.query, *engine, progress);
    seen = progress.count();
  }
  TRY_ASSIGN(const size_t news, keep(hits, known, request.state));
  if (!request.quiet)
    std::fprintf(stderr, "picket: looked at %s records again: %s new\n",
                 view::grouped(seen).c_str(), view::grouped(news).c_str());
  const bool incomplete = tell_problems(reader);
  if (incomplete) return cli::kExitCouldNot;
  return news > 0 ? cli::kExitFound : cli::kExitDone;
}

}  // namespace picket::app::history
