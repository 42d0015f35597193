// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "app/web/api/agent_door.h"
#include "app/web/api/api.h"
#include "app/web/http/parameters.h"
#include "base/counter.h"
#include "base/json_writer.h"
#include "search/query_value.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr uint64_t kFreeBytesLow = uint64_t{1} << 30;

struct Check {
  std::string name;
  std::string_view state;  // ok, warning, bad
  std::string text, hint;
};

std::string text_at(simdjson::dom::element from, std::string_view name) {
  std::string_view text;
  return from[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

void check_agent(const std::string& line, std::vector<Check>& checks) {
  simdjson::dom::parser parser;
  simdjson::dom::element status;
  if (parser.parse(line).get(status) != simdjson::SUCCESS) return;
  const std::string mode = text_at(status, "mode"), note = text_at(status, "mode_note");
  checks.push_back({"sensor", mode == "bpf" && note.empty() ? "ok" : "warning",
                    "It looks by " + mode + (note.empty() ? "." : ": " + note),
                    mode == "bpf" ? "" : "`picket doctor` says what hinders the other way."});
  const std::string test = text_at(status, "self_test");
  checks.push_back({"self-test",
                    test == "passed"    ? "ok"
                    : test == "pending" ? "warning"
                                        : "bad",
                    "Its own connection, seen by itself: " + test, ""});
  uint64_t lost = 0;
  if (status["lost"].get(lost) == simdjson::SUCCESS)
    checks.push_back({"losses", lost == 0 ? "ok" : "warning",
                      lost == 0 ? "Nothing was lost since the start."
                                : std::to_string(lost) + " things were lost since the start.",
                      lost == 0 ? "" : "The counters below say what and why."});
  const std::string sandbox = text_at(status, "sandbox_note");
  checks.push_back({"sandbox", sandbox.empty() ? "ok" : "warning",
                    sandbox.empty() ? "The agent has no rights." : sandbox, ""});
  simdjson::dom::element history;
  std::string trouble = text_at(status, "history_note");
  if (status["history"].get(history) == simdjson::SUCCESS) trouble = text_at(history, "trouble");
  checks.push_back({"history", trouble.empty() ? "ok" : "bad",
                    trouble.empty() ? "What happens is kept." : trouble,
                    trouble.empty() ? "" : "Make room, or give another folder with --state."});
}

struct StoreFacts {
  uint64_t bytes = 0, free_bytes = 0;
};

StoreFacts measure(const std::string& folder) {
  StoreFacts facts;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code gone;
    if (const auto size = at->file_size(gone); !gone) facts.bytes += size;
  }
  struct statvfs system {};
  if (::statvfs(folder.c_str(), &system) == 0)
    facts.free_bytes = uint64_t{system.f_bavail} * system.f_frsize;
  return facts;
}

void append_store(JsonWriter& json, const std::string& folder, store::Reader& reader,
                  std::vector<Check>& checks) {
  const StoreFacts facts = measure(folder);
  json.key("store").begin_object().member("folder", folder);
  json.member("segments", reader.segments()).member("bytes", facts.bytes);
  json.member("free_bytes", facts.free_bytes);
  search::Query all;
  all.root = std::make_unique<search::Node>();
  reader.select(all, true, [&](const schema::Record& record) {
    json.member("earliest", rfc3339(record.time));
    return false;
  });
  if (!reader.problems().empty()) {
    json.key("problems").begin_array();
    for (const std::string& problem : reader.problems()) json.value(problem);
    json.end_array();
  }
  json.end_object();
  const bool low = facts.free_bytes < kFreeBytesLow;
  checks.push_back({"disk", low ? "warning" : "ok",
                    std::to_string(facts.free_bytes >> 20) + " MiB are free where the history is.",
                    low ? "Make room, or keep less (--keep-mb, --keep-days)." : ""});
  checks.push_back(
      {"store", reader.problems().empty() ? "ok" : "warning",
       reader.problems().empty() ? "All of the history can be read." : reader.problems().front(),
       ""});
}

}  // namespace

Outcome Api::get_health(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  std::vector<Check> checks;
  std::string out = "{";
  if (behind_.agent) {
    const auto status = behind_.agent->ask_one(R"({"ask":"status"})");
    if (!status) return std::unexpected(http::unavailable(status.error()));
    out += "\"agent\":" + *status + ',';
    check_agent(*status, checks);
  }
  JsonWriter json(out);
  json.key("counters").begin_array();
  Counter::visit_all([&](const Counter& counter) {
    json.begin_object().member("name", counter.name()).member("meaning", counter.meaning());
    json.member("value", counter.value()).end_object();
  });
  json.end_array();
  if (!behind_.folder.empty()) {
    auto reader = open_store(call);
    if (reader)
      append_store(json, behind_.folder, *reader, checks);
    else
      checks.push_back({"store", "bad", reader.error().detail, reader.error().hint});
  }
  json.key("checks").begin_array();
  for (const Check& check : checks) {
    json.begin_object().member("name", check.name).member("state", check.state);
    json.member("text", check.text).member_if("hint", check.hint).end_object();
  }
  json.end_array().end_object();
  return http::json_response(std::move(out));
}

}  // namespace picket::app::web::api
