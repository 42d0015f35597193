// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/sigma/document.h"
#include "detect/sigma/placeholders.h"
#include "detect/sigma/rule.h"

namespace picket::detect::sigma {

constexpr size_t kRulesMax = 100'000;
constexpr size_t kRuleFileBytesMax = 4 * 1024 * 1024;

// How a load went: what a person asks before trusting the result.
struct LoadReport {
  size_t files = 0;
  size_t rules = 0;
  size_t correlations = 0;
  size_t filters = 0;
  std::vector<LoadError> errors;  // one per document (or file) that did not load

  size_t loaded() const { return rules + correlations + filters; }
  size_t found() const { return loaded() + errors.size(); }
  // "3755 of 3780 Sigma documents loaded ..." and a line for each that did not, as
  // `picket content check` prints it. Nothing in it can move a terminal's cursor.
  std::string text() const;
};

// Sigma documents made ready: filters are merged into the rules they name, references of
// correlations are resolved, rules that only feed a correlation are marked silent.
//   RuleSet::Loader loader; loader.add_path("rules/"); RuleSet set = loader.finish();
struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Correlation> correlations;
  LoadReport report;

  class Loader;
};

// Not thread-safe.
class RuleSet::Loader {
 public:
  explicit Loader(Placeholders placeholders = {}) : placeholders_(std::move(placeholders)) {}

  // A file, or a folder with everything below it (*.yml, *.yaml, in order of name; links to folders
  // are not followed). Only a path that is not there at all is an error of the call.
  Result<void> add_path(const std::string& path);
  void add_text(std::string_view yaml, const std::string& file);
  RuleSet finish();

 private:
  void add_document(Document document);
  bool take_id(const About& about);
  void merge_filter(const Filter& filter);
  void link_correlations();

  Placeholders placeholders_;
  RuleSet set_;
  std::vector<Filter> filters_;
  std::vector<std::pair<std::string, Place>> ids_;  // sorted by id
};

// The documents of files and folders, %placeholders% filled in from `placeholders` (a YAML file, or
// a folder of NAME.txt; empty: none). What does not load is in the report and no error of the call.
Result<RuleSet> load_rules(const std::vector<std::string>& paths, const std::string& placeholders);

}  // namespace picket::detect::sigma
