// SPDX-License-Identifier: Apache-2.0
#include "case_runner/expectation.h"

#include <algorithm>
#include <cmath>

#include "base/counter.h"
#include "case_runner/scripted_sensor.h"

namespace picket::case_runner {
namespace {

constexpr double kRateTolerance = 1e-3;

bool is_absence(const YAML::Node& value) {
  return value.IsNull() || (value.IsScalar() && value.Tag() == "?" && value.Scalar() == "~");
}

bool same(const Json* found, const Json& expected) {
  if (expected.is_null()) return found == nullptr;
  if (!found) return false;
  if (found->is_number_float() && expected.is_number())
    return std::abs(found->get<double>() - expected.get<double>()) < kRateTolerance;
  return *found == expected;
}

// A number of seconds since the case's begin, in the form the contract has there.
std::optional<Json> time_value(const YAML::Node& value, Contract::Meaning meaning) {
  double seconds = 0;
  if (!YAML::convert<double>::decode(value, seconds)) {
    if (meaning == Contract::Meaning::kTime && parse_rfc3339(value.Scalar()))
      return Json(value.Scalar());
    return std::nullopt;
  }
  const int64_t ns = std::llround(seconds * static_cast<double>(kNsPerSecond));
  if (meaning == Contract::Meaning::kBootTime) return Json(kBegin.ns + static_cast<uint64_t>(ns));
  return Json(rfc3339({kBeginWall.ns + ns}));
}

std::optional<Json> number_value(const YAML::Node& value) {
  if (uint64_t number = 0; YAML::convert<uint64_t>::decode(value, number)) return Json(number);
  if (int64_t number = 0; YAML::convert<int64_t>::decode(value, number)) return Json(number);
  if (double number = 0; YAML::convert<double>::decode(value, number)) return Json(number);
  return std::nullopt;
}

// The value as the contract's example has it; nullopt: it is of another kind.
std::optional<Json> typed_value(const YAML::Node& value, const Json& example,
                                Contract::Meaning meaning) {
  if (is_absence(value)) return Json();
  if (example.is_array() && value.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& item : value) {
      if (!item.IsScalar() || !example[0].is_string()) return std::nullopt;
      list.push_back(item.Scalar());
    }
    return list;
  }
  if (!value.IsScalar()) return std::nullopt;
  if (meaning != Contract::Meaning::kPlain) return time_value(value, meaning);
  if (example.is_number()) return number_value(value);
  if (example.is_string()) return Json(value.Scalar());
  if (bool truth = false; example.is_boolean() && YAML::convert<bool>::decode(value, truth))
    return Json(truth);
  return std::nullopt;
}

std::string words_text(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::optional<Expectation> Expectation::read(const YAML::Node& item, Complaints& complaints) {
  const size_t before = complaints.all().size();
  Expectation expectation;
  MapReader keys(item, complaints);
  expectation.place_ = complaints.place(item);
  const auto flow = keys.take("flow");
  const auto process = keys.take("process");
  const auto counter = keys.take("counter");
  if (flow.has_value() + process.has_value() + counter.has_value() != 1)
    complaints.add(item, "expected one of flow, process and counter");
  expectation.kind_ = process ? Kind::kProcess : counter ? Kind::kCounter : Kind::kFlow;
  if (counter)
    expectation.read_counter(*counter, complaints);
  else
    keys.read("count", expectation.count_);
  if (flow) expectation.read_filter(keys);
  if (flow || process) expectation.read_facts(flow ? *flow : *process, complaints);
  keys.finish();
  if (complaints.all().size() != before) return std::nullopt;
  return expectation;
}

void Expectation::read_filter(MapReader& keys) {
  if (!keys.read("filter", filter_text_)) return;
  auto filter = view::Filter::parse(filter_text_);
  if (filter)
    filter_ = std::move(*filter);
  else
    keys.complaints().add(keys.node(), filter.error().text());
}

void Expectation::read_facts(const YAML::Node& facts, Complaints& complaints) {
  if (!facts.IsMap()) return complaints.add(facts, "expected facts, as in {process.name: curl}");
  const Contract& contract = kind_ == Kind::kFlow ? Contract::flow() : Contract::process();
  for (const auto& entry : facts) {
    const std::string path = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    for (const Fact& other : facts_)
      if (other.path == path) complaints.add(entry.first, "\"" + path + "\" stands here twice");
    const Json* const example = contract.example(path);
    if (!example) {
      complaints.add(entry.first,
                     "the JSON contract has no \"" + path + "\" that a case can ask for");
      continue;
    }
    const auto value = typed_value(entry.second, *example, contract.meaning(path));
    if (!value) {
      complaints.add(entry.second,
                     "\"" + path + "\" is not of the kind that the JSON contract has there");
      continue;
    }
    const auto* const words = contract.words(path);
    if (words && value->is_string() && !words->contains(value->get<std::string>()))
      complaints.add(entry.second, "\"" + path + "\" is one of " + words_text(*words));
    facts_.push_back({path, *value});
  }
}

void Expectation::read_counter(const YAML::Node& counter, Complaints& complaints) {
  if (!counter.IsMap() || counter.size() != 1)
    return complaints.add(counter, "expected one counter, as in {flow.evicted: 0}");
  const auto entry = *counter.begin();
  counter_ = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
  bool known = false;
  Counter::visit_all([&](const Counter& each) { known = known || each.name() == counter_; });
  if (!known) complaints.add(entry.first, "there is no counter \"" + counter_ + "\"");
  if (!entry.second.IsScalar() || !YAML::convert<uint64_t>::decode(entry.second, count_))
    complaints.add(entry.second, "expected how far the counter rises");
}

std::string Expectation::difference(const Outcome& outcome) const {
  if (kind_ == Kind::kCounter) return counter_difference(outcome);
  std::vector<const Json*> all;
  if (kind_ == Kind::kFlow) {
    for (const Outcome::SeenFlow& flow : outcome.flows)
      if (filter_.matches(view::subject_of(flow.facts))) all.push_back(&flow.json);
    return count_difference(all, "flow");
  }
  for (const Json& process : outcome.processes) all.push_back(&process);
  return count_difference(all, "process");
}

std::string Expectation::counter_difference(const Outcome& outcome) const {
  const auto found = outcome.counters.find(counter_);
  const uint64_t rose = found == outcome.counters.end() ? 0 : found->second;
  if (rose == count_) return {};
  return place_ + ": counter " + counter_ + ": expected " + std::to_string(count_) + ", is " +
         std::to_string(rose);
}

std::string Expectation::described() const {
  std::string text;
  for (const Fact& fact : facts_)
    text +=
        " " + fact.path + (fact.value.is_null() ? std::string(" absent") : "=" + fact.value.dump());
  return text;
}

size_t Expectation::misses(const Json& json) const {
  return static_cast<size_t>(std::count_if(facts_.begin(), facts_.end(), [&](const Fact& fact) {
    return !same(find(json, fact.path), fact.value);
  }));
}

std::string Expectation::count_difference(const std::vector<const Json*>& all,
                                          const char* noun) const {
  std::vector<const Json*> matching;
  for (const Json* json : all)
    if (misses(*json) == 0) matching.push_back(json);
  if (matching.size() == count_) return {};
  std::string text = place_ + ": " + noun + described();
  if (!filter_text_.empty()) text += " with filter " + filter_text_;
  text += "\n    expected " + std::to_string(count_) + ", found " + std::to_string(matching.size());
  for (const Json* json : matching) text += "\n    found: " + json->dump();
  return text + (matching.size() < count_ ? nearest(all) : std::string());
}

// What keeps the one that comes closest from being it.
std::string Expectation::nearest(const std::vector<const Json*>& all) const {
  const Json* best = nullptr;
  for (const Json* json : all)
    if (misses(*json) != 0 && (!best || misses(*json) < misses(*best))) best = json;
  if (!best) return "\n    there is no other";
  std::string text = "\n    the nearest differs in:";
  for (const Fact& fact : facts_) {
    const Json* const found = find(*best, fact.path);
    if (same(found, fact.value)) continue;
    text += "\n      " + fact.path + ": expected " +
            (fact.value.is_null() ? std::string("nothing") : fact.value.dump()) + ", is " +
            (found ? found->dump() : std::string("absent"));
  }
  return text;
}

}  // namespace picket::case_runner
