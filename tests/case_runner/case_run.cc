// SPDX-License-Identifier: Apache-2.0
#include "case_runner/case_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/counter.h"
#include "case_runner/expectation.h"
#include "case_runner/record_case.h"
#include "case_runner/scripted_sensor.h"

namespace picket::case_runner {
namespace {

namespace fs = std::filesystem;

std::map<std::string, uint64_t> counters_now() {
  std::map<std::string, uint64_t> values;
  Counter::visit_all([&](const Counter& each) { values.emplace(each.name(), each.value()); });
  return values;
}

class Run {
 public:
  explicit Run(const std::string& file) : complaints_(file) {}

  CaseResult play(const std::string& text) {
    try {
      play_document(YAML::Load(text));
    } catch (const YAML::Exception& error) {
      complaints_.add_line(error.mark.line + 1, "not YAML: " + error.msg);
    }
    result_.complaints = complaints_.all();
    if (!result_.complaints.empty()) result_.failures.clear();
    return std::move(result_);
  }

 private:
  void play_document(const YAML::Node& document) {
    MapReader keys(document, complaints_);
    std::string about;
    keys.require("about");
    if (keys.read("about", about) && about.empty())
      complaints_.add(document, "\"about\" says nothing");
    if (document.IsMap() && document["records"].IsDefined()) return play_records(keys);
    const auto observe = list(keys, "observe");
    const auto expect = list(keys, "expect");
    std::string filter_text;
    view::Filter filter;
    if (keys.read("filter", filter_text)) {
      auto parsed = view::Filter::parse(filter_text);
      if (parsed)
        filter = std::move(*parsed);
      else
        complaints_.add(document, parsed.error().text());
    }
    keys.finish();
    std::vector<Expectation> expectations;
    for (const YAML::Node& item : expect)
      if (auto expectation = Expectation::read(item, complaints_))
        expectations.push_back(std::move(*expectation));
    const Outcome outcome = play_steps(observe, filter);
    judge(expectations, outcome);
  }

  // What somebody else recorded, instead of what a sensor saw.
  void play_records(MapReader& keys) {
    const auto records = list(keys, "records");
    const auto expect = list(keys, "expect");
    keys.finish();
    std::vector<AlertExpectation> expectations;
    for (const YAML::Node& item : expect)
      if (auto expectation = AlertExpectation::read(item, complaints_))
        expectations.push_back(std::move(*expectation));
    const auto alerts = alerts_of(records, complaints_);
    for (const AlertExpectation& expectation : expectations) {
      result_.near_miss = result_.near_miss || expectation.near_miss();
      if (std::string difference = expectation.difference(alerts); !difference.empty())
        result_.failures.push_back(std::move(difference));
    }
  }

  std::vector<YAML::Node> list(MapReader& keys, std::string_view key) {
    std::vector<YAML::Node> items;
    const auto value = keys.take(key);
    if (value && value->IsSequence())
      for (const YAML::Node& item : *value) items.push_back(item);
    if (items.empty())
      complaints_.add(keys.node(), "\"" + std::string(key) + "\" is not a list of something");
    return items;
  }

  Outcome play_steps(const std::vector<YAML::Node>& steps, const view::Filter& filter) {
    const auto before = counters_now();
    MadeClock clock;
    app::agent::Pipeline pipeline(nullptr, nullptr, clock);
    ScriptedSensor sensor(clock, pipeline, complaints_);
    for (const YAML::Node& step : steps) sensor.observe(step);
    Outcome outcome;
    pipeline.flows().visit([&](const flow::Flow& flow) {
      event::FlowFacts facts = pipeline.facts(flow);
      if (!filter.matches(view::subject_of(facts))) return;
      Json json = json_of(facts);
      outcome.flows.push_back({std::move(facts), std::move(json)});
    });
    std::vector<event::ProcessKey> processes;
    pipeline.processes().visit_all(
        [&](const process::Process& each) { processes.push_back(each.key); });
    std::sort(processes.begin(), processes.end());
    for (const event::ProcessKey& key : processes)
      outcome.processes.push_back(json_of(pipeline.processes().facts(key)));
    for (const auto& [name, value] : counters_now()) {
      const auto was = before.find(name);
      outcome.counters[name] = value - (was == before.end() ? 0 : was->second);
    }
    return outcome;
  }

  void judge(const std::vector<Expectation>& expectations, const Outcome& outcome) {
    for (const Expectation& expectation : expectations) {
      result_.near_miss = result_.near_miss || expectation.near_miss();
      if (std::string difference = expectation.difference(outcome); !difference.empty())
        result_.failures.push_back(std::move(difference));
    }
    if (result_.failures.empty()) return;
    for (const Outcome::SeenFlow& flow : outcome.flows) result_.state.push_back(flow.json.dump());
    for (const Json& process : outcome.processes) result_.state.push_back(process.dump());
  }

  Complaints complaints_;
  CaseResult result_;
};

}  // namespace

CaseResult run_case(const std::string& text, const std::string& file) {
  return Run(file).play(text);
}

CaseResult run_case_file(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    CaseResult result;
    result.complaints.push_back(file + ": cannot be read, or is empty");
    return result;
  }
  return run_case(text.str(), file);
}

Result<std::vector<std::string>> find_cases(const std::string& folder) {
  std::vector<std::string> cases;
  std::error_code error;
  if (fs::exists(fs::path(folder) / "case.yaml", error)) cases.push_back(folder);
  auto entry = fs::recursive_directory_iterator(folder, error);
  if (error) return failure("list " + folder + ": " + error.message());
  for (const decltype(entry) end; entry != end; entry.increment(error)) {
    if (error) return failure("list " + folder + ": " + error.message());
    std::error_code ignored;
    if (fs::exists(entry->path() / "case.yaml", ignored)) cases.push_back(entry->path().string());
  }
  if (cases.empty()) return failure("there is no case.yaml below " + folder);
  std::sort(cases.begin(), cases.end());
  return cases;
}

}  // namespace picket::case_runner
