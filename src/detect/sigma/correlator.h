// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <list>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "detect/sigma/correlation_window.h"
#include "detect/sigma/field_map.h"
#include "detect/sigma/rule_set.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// A correlation that came true.
struct CorrelationHit {
  uint32_t correlation = 0;                                // place in RuleSet::correlations
  std::vector<std::pair<std::string, std::string>> group;  // the group-by fields and their values
  double measure = 0;                                      // the count, sum... at that moment
  size_t samples = 0;                                      // matches that took part
  WallTime first, last;
};

// Runs a rule set's correlations over the matches of its rules (Sigma correlation rules 2.1.0).
//
// Time is that of the records; one without a time counts as of the latest seen. Conditions that
// only grow true as more is seen (gt, gte, temporal) are checked at every match over the timespan
// that ends there, and what made one true is then forgotten, so that a lasting burst alerts once
// per fill, not once per event. All others (lt, lte, eq, neq, an average, a percentile, a condition
// with `not`) can be told only when the timespan that began with a group's first match is over:
// they are checked when a later record (of any kind) or finish() shows that it is. A match without
// a value for a group-by field takes no part.
//
// Bounded: kGroupsMax groups per correlation (the one touched longest ago is dropped and counted)
// of CorrelationWindow::kSamplesMax samples. Not thread-safe. The rule set must outlive it.
class Correlator {
 public:
  static constexpr size_t kGroupsMax = 16'384;

  // Refuses thresholds that the bound on samples could never reach.
  static Result<Correlator> create(const RuleSet& set, size_t groups_max = kGroupsMax);

  // `matched`: indexes of the rules that this record matched. Appends to `hits`; call it for
  // records without matches too, or windows close late.
  void observe(const event::LogRecord& record, std::span<const uint32_t> matched,
               std::vector<CorrelationHit>& hits);
  // The input is over: closes every window.
  void finish(std::vector<CorrelationHit>& hits);

 private:
  struct Group {
    CorrelationWindow window;
    std::vector<std::pair<std::string, std::string>> values;
    std::list<std::string>::iterator age;
    int64_t opened_ns = 0;
  };
  struct Source {  // one reference of a correlation
    bool is_rule = true;
    uint32_t index = 0;
    std::vector<std::vector<FieldName>> group_by;  // names per group-by field
    std::vector<std::vector<FieldName>> counted;   // names per condition field
  };
  struct State {
    const Correlation* correlation = nullptr;
    bool closes = false;  // checked at the end of the window
    std::vector<Source> sources;
    std::unordered_map<std::string, Group> groups;
    std::list<std::string> ages;                   // keys, longest untouched first
    std::multimap<int64_t, std::string> close_at;  // when `closes`
  };
  struct Moment {                              // what a match offers to take values from
    const event::LogRecord* record = nullptr;  // may be null
    const CorrelationHit* hit = nullptr;       // of a correlation that was referred to
    int64_t time_ns = 0;
  };

  Correlator() = default;
  static Source source_of(const RuleSet& set, const Correlation& correlation,
                          const std::string& reference);
  void feed(State& state, uint32_t reference, const Moment& moment,
            std::vector<CorrelationHit>& hits);
  void feed_all(const event::LogRecord* record, std::span<const uint32_t> matched,
                size_t hits_before, std::vector<CorrelationHit>& hits);
  void close_windows(int64_t now_ns, std::vector<CorrelationHit>& hits);
  Group& group_of(State& state, std::string key,
                  std::vector<std::pair<std::string, std::string>> values);
  void report(State& state, const Group& group, std::vector<CorrelationHit>& hits) const;
  void forget(State& state, const std::string& key);
  std::string value_of(const std::vector<FieldName>& names, const Moment& moment) const;

  size_t groups_max_ = kGroupsMax;
  std::vector<State> states_;
  int64_t now_ns_ = 0;
};

}  // namespace picket::detect::sigma
