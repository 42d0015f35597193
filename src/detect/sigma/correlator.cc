// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/correlator.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/counter.h"
#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

using Type = Correlation::Type;
using Op = Expression::Op;

Counter groups_dropped{"detect.sigma.groups_dropped",
                       "correlation groups dropped because the table was full"};
Counter samples_dropped{"detect.sigma.samples_dropped",
                        "matches dropped from a correlation window that was full"};
Counter no_group{"detect.sigma.no_group",
                 "matches without a value for a correlation's group-by field"};
Counter no_number{"detect.sigma.no_number", "matches whose counted field holds no number"};

bool has_not(const Expression& expression) {
  return expression.op == Op::kNot || std::ranges::any_of(expression.children, has_not);
}

bool only_grows(const Threshold& threshold) {
  return threshold.op == Threshold::Op::kGreater || threshold.op == Threshold::Op::kGreaterOrEqual;
}

// Whether the condition, once true, may turn false again as more is seen.
bool told_at_the_end(const Correlation& correlation) {
  if (correlation.type == Type::kValueAvg || correlation.type == Type::kValuePercentile)
    return true;
  if (correlation.expression && has_not(*correlation.expression)) return true;
  return !std::ranges::all_of(correlation.thresholds, only_grows);
}

bool counts_numbers(Type type) {
  return type == Type::kValueSum || type == Type::kValueAvg || type == Type::kValuePercentile;
}

bool names(const About& about, const std::string& reference) {
  return (!about.name.empty() && about.name == reference) ||
         (!about.id.empty() && about.id == folded(reference));
}

template <typename T>
uint32_t place_of(const std::vector<T>& documents, const std::string& reference) {
  auto found = std::ranges::find_if(
      documents, [&](const T& document) { return names(document.about, reference); });
  return static_cast<uint32_t>(found - documents.begin());
}

// The field that `name` (of group-by or condition) means in matches of `about`: itself, or what the
// aliases say.
std::string field_for(const Correlation& correlation, const std::string& name, const About& about) {
  for (const Correlation::Alias& alias : correlation.aliases) {
    if (alias.name != name) continue;
    for (const auto& [rule, field] : alias.field_by_rule) {
      if (names(about, rule)) return field;
    }
  }
  return name;
}

}  // namespace

Correlator::Source Correlator::source_of(const RuleSet& set, const Correlation& correlation,
                                         const std::string& reference) {
  Source source;
  source.index = place_of(set.rules, reference);
  source.is_rule = source.index < set.rules.size();
  if (!source.is_rule) source.index = place_of(set.correlations, reference);
  const About& about =
      source.is_rule ? set.rules[source.index].about : set.correlations[source.index].about;
  LogSource log_source = source.is_rule ? set.rules[source.index].source : LogSource{};
  for (const std::string& name : correlation.group_by) {
    source.group_by.push_back(field_names(log_source, field_for(correlation, name, about)));
    // A correlation reports its group under the name it was grouped by, alias or not.
    if (!source.is_rule) source.group_by.back().push_back({name, {}});
  }
  for (const std::string& name : correlation.fields) {
    source.counted.push_back(field_names(log_source, field_for(correlation, name, about)));
  }
  return source;
}

Result<Correlator> Correlator::create(const RuleSet& set, size_t groups_max) {
  Correlator correlator;
  correlator.groups_max_ = std::max<size_t>(1, groups_max);
  for (const Correlation& correlation : set.correlations) {
    for (const Threshold& threshold : correlation.thresholds) {
      bool counts = correlation.type == Type::kEventCount || correlation.type == Type::kValueCount;
      if (counts && threshold.value >= static_cast<double>(CorrelationWindow::kSamplesMax)) {
        return failure(correlation.about.place.text() + ": the condition counts further than the " +
                       std::to_string(CorrelationWindow::kSamplesMax) + " matches that are kept");
      }
    }
    State state;
    state.correlation = &correlation;
    state.closes = told_at_the_end(correlation);
    for (const std::string& reference : correlation.rules)
      state.sources.push_back(source_of(set, correlation, reference));
    correlator.states_.push_back(std::move(state));
  }
  return correlator;
}

std::string Correlator::value_of(const std::vector<FieldName>& names, const Moment& moment) const {
  std::string buffer;
  for (const FieldName& name : names) {
    if (moment.hit != nullptr) {
      for (const auto& [field, value] : moment.hit->group) {
        if (field == name.name) return value;
      }
    }
    if (moment.record == nullptr) continue;
    for (const event::LogField& field : moment.record->fields()) {
      if (field.type != event::LogField::Type::kNull &&
          without_spaces(field.name, buffer) == name.name) {
        return std::string(translated(name, field.value));
      }
    }
  }
  if (moment.record == nullptr) return {};
  return std::string(origin_value(*moment.record, names.front().name, buffer).value_or(""));
}

void Correlator::forget(State& state, const std::string& key) {
  auto found = state.groups.find(key);
  if (found == state.groups.end()) return;
  auto [first, last] = state.close_at.equal_range(found->second.opened_ns);
  for (auto it = first; it != last; ++it) {
    if (it->second == key) {
      state.close_at.erase(it);
      break;
    }
  }
  state.ages.erase(found->second.age);
  state.groups.erase(found);
}

Correlator::Group& Correlator::group_of(State& state, std::string key,
                                        std::vector<std::pair<std::string, std::string>> values) {
  auto found = state.groups.find(key);
  if (found != state.groups.end()) {
    state.ages.splice(state.ages.end(), state.ages, found->second.age);
    return found->second;
  }
  if (state.groups.size() >= groups_max_) {
    groups_dropped.add();
    forget(state, std::string(state.ages.front()));
  }
  Group group;
  group.values = std::move(values);
  group.age = state.ages.insert(state.ages.end(), key);
  return state.groups.emplace(std::move(key), std::move(group)).first->second;
}

void Correlator::report(State& state, const Group& group, std::vector<CorrelationHit>& hits) const {
  CorrelationHit hit;
  hit.correlation = static_cast<uint32_t>(&state - states_.data());
  hit.group = group.values;
  hit.measure = group.window.measure(*state.correlation);
  hit.samples = group.window.size();
  hit.first.ns = group.window.first_ns();
  hit.last.ns = group.window.last_ns();
  hits.push_back(std::move(hit));
}

void Correlator::feed(State& state, uint32_t reference, const Moment& moment,
                      std::vector<CorrelationHit>& hits) {
  const Correlation& correlation = *state.correlation;
  const Source& source = state.sources[reference];
  std::string key;
  std::vector<std::pair<std::string, std::string>> values;
  for (size_t i = 0; i < source.group_by.size(); ++i) {
    std::string value = value_of(source.group_by[i], moment);
    if (value.empty()) return no_group.add();
    append_folded(key, value);
    key += '\0';
    values.emplace_back(correlation.group_by[i], std::move(value));
  }
  CorrelationWindow::Sample sample{moment.time_ns, reference, 0, {}};
  for (const auto& names : source.counted) {
    append_folded(sample.text, value_of(names, moment));
    sample.text += '\0';
  }
  if (counts_numbers(correlation.type)) {
    const char* end = sample.text.data() + sample.text.size() - 1;
    auto [at, error] = std::from_chars(sample.text.data(), end, sample.number);
    if (error != std::errc() || at != end) return no_number.add();
    sample.text.clear();
  } else if (sample.text.find_first_not_of('\0') == std::string::npos && !source.counted.empty()) {
    return;  // no value to count
  }
  Group& group = group_of(state, key, std::move(values));
  auto timespan = static_cast<int64_t>(correlation.timespan_ns);
  if (state.closes && group.window.empty()) {
    group.opened_ns = moment.time_ns;
    state.close_at.emplace(moment.time_ns, key);
  }
  if (!group.window.add(std::move(sample))) samples_dropped.add();
  if (state.closes) return;
  group.window.expire_before(group.window.last_ns() - timespan);
  if (!group.window.holds(correlation)) return;
  report(state, group, hits);
  forget(state, key);
}

// Matches of rules, and hits of correlations as they come; references only point backwards.
void Correlator::feed_all(const event::LogRecord* record, std::span<const uint32_t> matched,
                          size_t hits_before, std::vector<CorrelationHit>& hits) {
  for (State& state : states_) {
    for (uint32_t reference = 0; reference < state.sources.size(); ++reference) {
      const Source& source = state.sources[reference];
      if (source.is_rule) {
        if (std::ranges::find(matched, source.index) != matched.end())
          feed(state, reference, {record, nullptr, now_ns_}, hits);
        continue;
      }
      for (size_t i = hits_before, end = hits.size(); i < end; ++i) {
        if (hits[i].correlation != source.index) continue;
        CorrelationHit hit = hits[i];  // a copy: feed() may add to `hits`
        feed(state, reference, {record, &hit, hit.last.ns}, hits);
      }
    }
  }
}

void Correlator::close_windows(int64_t now_ns, std::vector<CorrelationHit>& hits) {
  for (State& state : states_) {
    auto timespan = static_cast<int64_t>(state.correlation->timespan_ns);
    while (!state.close_at.empty() && state.close_at.begin()->first < now_ns - timespan) {
      std::string key = state.close_at.begin()->second;
      const Group& group = state.groups.at(key);
      if (group.window.holds(*state.correlation)) report(state, group, hits);
      forget(state, key);
    }
  }
}

void Correlator::observe(const event::LogRecord& record, std::span<const uint32_t> matched,
                         std::vector<CorrelationHit>& hits) {
  if (states_.empty()) return;
  int64_t latest = now_ns_;
  if (record.time) now_ns_ = record.time->ns;
  size_t before = hits.size();
  close_windows(std::max(latest, now_ns_), hits);
  if (hits.size() != before) feed_all(nullptr, {}, before, hits);
  if (!matched.empty()) feed_all(&record, matched, hits.size(), hits);
  now_ns_ = std::max(latest, now_ns_);
}

void Correlator::finish(std::vector<CorrelationHit>& hits) {
  // As many rounds as correlations may be chained: what one round closes may open another's window.
  for (size_t round = 0; round < states_.size(); ++round) {
    size_t before = hits.size();
    close_windows(std::numeric_limits<int64_t>::max(), hits);
    if (hits.size() == before) return;
    feed_all(nullptr, {}, before, hits);
  }
}

}  // namespace picket::detect::sigma
