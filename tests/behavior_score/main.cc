// SPDX-License-Identifier: Apache-2.0
// Runs the behaviours over every labelled recording and counts, connection by connection: an alert
// covers one when it names the same program on the same host and the same peer. Prints what is
// missed and what is taken for bad, and the two rates. Exit code 1 below the floor.
//
//   behavior_score [TELEMETRY]      default: $PICKET_SHARED/corpus/telemetry
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include "behavior_score/labels.h"
#include "detect/behavior/behavior_set.h"
#include "detect/evidence/evidence.h"
#include "sensor/replay/replay.h"

namespace picket::behavior_score {
namespace {

constexpr double kFoundMin = 0.95, kFalseMax = 0.003;

struct Seen {
  std::string key, cover;
};
struct Score {
  uint64_t bad = 0, found = 0, ordinary = 0, accused = 0, records = 0;
};

std::string cover_key(const std::string& host, std::string_view program, const IpAddress& peer) {
  return host + " " + connection_key(program, {peer, 0});
}

// Every connection of one recording, and what the alerts of at least medium severity cover.
void run(const Case& item, Score& score) {
  auto set = detect::behavior::BehaviorSet::create();
  if (!set) return;
  detect::evidence::Translator translator;
  std::vector<Seen> seen;
  event::Activity activity;
  sensor::replay::for_each_record(
      item.file, [&](const event::LogRecord& record, const sensor::replay::RecordPlace& place) {
        ++score.records;
        if (!translator.translate(record, activity)) return;
        activity.place.input = place.input;
        activity.place.offset = place.offset;
        if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what))
          seen.push_back({connection_key(activity, *made),
                          cover_key(activity.host, activity.actor.name, made->remote.address)});
        (*set)->observe(activity);
      });
  std::map<std::string, const event::Alert*> covered;
  const auto alerts = (*set)->finish();
  for (const event::Alert& alert : alerts)
    if (alert.severity >= event::Severity::kMedium && alert.connection)
      covered[cover_key(alert.host, alert.actor.name, alert.connection->remote.address)] = &alert;
  std::map<std::string, uint64_t> missed, accused;
  for (const Seen& one : seen) {
    const bool bad = item.bad.contains(one.key), hit = covered.contains(one.cover);
    ++(bad ? score.bad : score.ordinary);
    if (bad && hit) ++score.found;
    if (bad && !hit) ++missed[one.key];
    if (!bad && hit) ++score.accused, ++accused[one.key + "  " + covered[one.cover]->reason];
  }
  for (const auto& [key, count] : missed)
    std::printf("missed  %4lu  %s  %s\n", count, item.name.c_str(), key.c_str());
  for (const auto& [key, count] : accused)
    std::printf("accused %4lu  %s  %s\n", count, item.name.c_str(), key.c_str());
  if (std::getenv("PICKET_SHOW_ALERTS") != nullptr)
    for (const event::Alert& alert : alerts)
      std::printf("alert   %-13s %s %s x%lu\n", std::string(text(alert.severity)).c_str(),
                  alert.rule_id.c_str(), alert.reason.c_str(), alert.count);
}

int score_all(const std::string& telemetry) {
  const auto begun = std::chrono::steady_clock::now();
  Score score;
  const char* only = std::getenv("PICKET_SCORE_ONLY");
  for (const Case& item : read_cases(telemetry))
    if (only == nullptr || item.name.find(only) != std::string::npos) run(item, score);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (score.bad == 0 || score.ordinary == 0) return std::puts("no labelled recordings found"), 0;
  const double found = static_cast<double>(score.found) / static_cast<double>(score.bad);
  const double accused = static_cast<double>(score.accused) / static_cast<double>(score.ordinary);
  std::printf(
      "found %lu of %lu (%.2f %%), accused %lu of %lu ordinary (%.3f %%), %lu records in %.1f s\n",
      score.found, score.bad, found * 100, score.accused, score.ordinary, accused * 100,
      score.records, took.count());
  return found >= kFoundMin && accused <= kFalseMax ? 0 : 1;
}

}  // namespace
}  // namespace picket::behavior_score

int main(int count, char** arguments) {
  std::string telemetry;
  if (count > 1)
    telemetry = arguments[1];
  else if (const char* shared = std::getenv("PICKET_SHARED"))
    telemetry = std::string(shared) + "/corpus/telemetry";
  if (!std::filesystem::is_directory(telemetry))
    return std::puts("no shared telemetry: set PICKET_SHARED"), 0;
  return picket::behavior_score::score_all(telemetry);
}
