// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/rule_set.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "base/utf8.h"
#include "detect/sigma/fold.h"
#include "detect/sigma/modifier.h"
#include "detect/sigma/small_file.h"

namespace picket::detect::sigma {
namespace {

namespace fs = std::filesystem;
using Op = Expression::Op;

bool named(const About& about, std::string_view reference) {
  return (!about.name.empty() && about.name == reference) ||
         (!about.id.empty() && about.id == folded(reference));
}

bool fits(const std::string& wanted, const std::string& has) {
  return wanted.empty() || wanted == has;
}

// Whether a filter for `filter` applies to a rule for `rule`: the rule is as specific or more so.
bool covers(const LogSource& filter, const LogSource& rule) {
  return fits(filter.product, rule.product) && fits(filter.category, rule.category) &&
         fits(filter.service, rule.service);
}

void shift(Expression& expression, uint32_t predicates, uint32_t selections) {
  if (expression.op == Op::kPredicate) expression.index += predicates;
  if (expression.op == Op::kSelection) expression.index += selections;
  for (Expression& child : expression.children) shift(child, predicates, selections);
}

void collect_files(const fs::path& root, std::vector<std::string>& files,
                   std::vector<LoadError>& errors) {
  std::error_code error;
  fs::recursive_directory_iterator it(root, error), end;
  while (!error && it != end) {
    auto extension = it->path().extension();
    if ((extension == ".yml" || extension == ".yaml") && !it->is_directory(error))
      files.push_back(it->path().string());
    it.increment(error);
  }
  if (error) errors.push_back(LoadError{Place{root.string(), 0}, "", error.message()});
  std::ranges::sort(files);
}

}  // namespace

std::string LoadReport::text() const {
  std::string out = std::to_string(loaded()) + " of " + std::to_string(found()) +
                    " Sigma documents loaded from " + std::to_string(files) +
                    " files: " + std::to_string(rules) + " rules, " + std::to_string(correlations) +
                    " correlations, " + std::to_string(filters) + " filters\n";
  for (const LoadError& error : errors) {
    out += printable(error.place.text()) + ": " + printable(error.message);
    if (!error.title.empty()) out += " [" + printable(error.title) + "]";
    out += '\n';
  }
  return out;
}

Result<void> RuleSet::Loader::add_path(const std::string& path) {
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    return failure(path + ": no such file or folder", "give a Sigma rule file or a folder of them");
  std::vector<std::string> files;
  if (fs::is_directory(status)) {
    collect_files(path, files, set_.report.errors);
  } else {
    files.push_back(path);
  }
  for (const std::string& file : files) {
    auto text = read_whole_file(file, kRuleFileBytesMax);
    if (text) {
      add_text(*text, file);
    } else {
      ++set_.report.files;
      set_.report.errors.push_back(LoadError{Place{file, 0}, "", text.error().message});
    }
  }
  return {};
}

void RuleSet::Loader::add_text(std::string_view yaml, const std::string& file) {
  ++set_.report.files;
  for (Document& document : read_documents(yaml, file, placeholders_, set_.report.errors)) {
    add_document(std::move(document));
  }
}

bool RuleSet::Loader::take_id(const About& about) {
  if (set_.rules.size() + set_.correlations.size() + filters_.size() >= kRulesMax) {
    set_.report.errors.push_back(
        {about.place, about.title, "more than " + std::to_string(kRulesMax) + " documents"});
    return false;
  }
  if (about.id.empty()) return true;
  auto at = std::ranges::lower_bound(
      ids_, about.id, {}, [](const auto& entry) { return std::string_view(entry.first); });
  if (at != ids_.end() && at->first == about.id) {
    set_.report.errors.push_back(
        {about.place, about.title, "the id " + about.id + " is taken by " + at->second.text()});
    return false;
  }
  ids_.insert(at, {about.id, about.place});
  return true;
}

void RuleSet::Loader::add_document(Document document) {
  if (!take_id(std::visit([](const auto& part) -> const About& { return part.about; }, document)))
    return;
  if (auto* rule = std::get_if<Rule>(&document)) set_.rules.push_back(std::move(*rule));
  if (auto* correlation = std::get_if<Correlation>(&document))
    set_.correlations.push_back(std::move(*correlation));
  if (auto* filter = std::get_if<Filter>(&document)) filters_.push_back(std::move(*filter));
}

// The filter's condition joins that of each rule it names: both must hold.
void RuleSet::Loader::merge_filter(const Filter& filter) {
  size_t merged = 0;
  for (Rule& rule : set_.rules) {
    bool meant =
        filter.any_rule || std::ranges::any_of(filter.rules, [&](const std::string& reference) {
          return named(rule.about, reference);
        });
    if (!meant || !covers(filter.source, rule.source)) continue;
    if (rule.predicates.size() + filter.predicates.size() > kPredicatesMax) continue;
    auto predicates = static_cast<uint32_t>(rule.predicates.size());
    auto selections = static_cast<uint32_t>(rule.selections.size());
    rule.predicates.insert(rule.predicates.end(), filter.predicates.begin(),
                           filter.predicates.end());
    for (Selection selection : filter.selections) {
      shift(selection.expression, predicates, selections);
      selection.name = filter.about.title + ": " + selection.name;
      rule.selections.push_back(std::move(selection));
    }
    Expression condition = filter.condition;
    shift(condition, predicates, selections);
    Expression both{Op::kAnd, 0, {}};
    both.children.push_back(std::move(rule.condition));
    both.children.push_back(std::move(condition));
    rule.condition = std::move(both);
    ++merged;
  }
  if (merged == 0) {
    set_.report.errors.push_back({filter.about.place, filter.about.title,
                                  "the filter names no rule of its log source that is loaded"});
  } else {
    ++set_.report.filters;
  }
}

// Correlations may refer to correlations. One whose references (at any remove) are not there, or
// that ends in itself, is dropped with its reason.
void RuleSet::Loader::link_correlations() {
  std::vector<Correlation> waiting = std::move(set_.correlations);
  set_.correlations.clear();
  std::unordered_map<std::string, Rule*> rules;
  for (Rule& rule : set_.rules) {
    if (!rule.about.id.empty()) rules.emplace(rule.about.id, &rule);
    if (!rule.about.name.empty()) rules.emplace(rule.about.name, &rule);
  }
  auto rule_of = [&](const std::string& reference) -> Rule* {
    auto found = rules.find(reference);
    if (found == rules.end()) found = rules.find(folded(reference));
    return found == rules.end() ? nullptr : found->second;
  };
  auto ready = [&](const std::string& reference) {
    return rule_of(reference) != nullptr ||
           std::ranges::any_of(set_.correlations,
                               [&](const Correlation& c) { return named(c.about, reference); });
  };
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (!std::ranges::all_of(waiting[i].rules, ready)) continue;
      set_.correlations.push_back(std::move(waiting[i]));
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i--));
      progress = true;
    }
  }
  for (const Correlation& correlation : waiting) {
    auto missing = std::ranges::find_if_not(correlation.rules, ready);
    set_.report.errors.push_back(
        {correlation.about.place, correlation.about.title,
         "refers to `" + *missing + "`, which is not loaded or refers back to it"});
  }
  // One that says `generate` outvotes those that do not.
  for (bool silent : {true, false}) {
    for (const Correlation& correlation : set_.correlations) {
      if (correlation.generate == silent) continue;
      for (const std::string& reference : correlation.rules) {
        if (Rule* rule = rule_of(reference)) rule->silent = silent;
        for (Correlation& other : set_.correlations) {
          if (named(other.about, reference)) other.silent = silent;
        }
      }
    }
  }
}

RuleSet RuleSet::Loader::finish() {
  for (const Filter& filter : filters_) merge_filter(filter);
  link_correlations();
  set_.report.rules = set_.rules.size();
  set_.report.correlations = set_.correlations.size();
  return std::move(set_);
}

Result<RuleSet> load_rules(const std::vector<std::string>& paths, const std::string& placeholders) {
  Placeholders values;
  if (!placeholders.empty()) {
    TRY_ASSIGN(values, Placeholders::load(placeholders));
  }
  RuleSet::Loader loader(std::move(values));
  for (const std::string& path : paths) TRY(loader.add_path(path));
  return loader.finish();
}

}  // namespace picket::detect::sigma
