// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/placeholders.h"
#include "detect/sigma/rule.h"
#include "detect/sigma/yaml_tree.h"

namespace picket::detect::sigma {

// Why a document (or a whole file) was not loaded. `title` is empty when it could not be read.
struct LoadError {
  Place place;
  std::string title;
  std::string message;
};

// Reads every Sigma document (rule, correlation, filter) of one YAML text. A document that cannot
// be used is an entry in `errors`; the others still load. A map without any of Sigma's own words
// (title, logsource, detection...) is none and passed over: such files describe samples beside the
// rules. Untrusted input, never throws.
std::vector<Document> read_documents(std::string_view text, const std::string& file,
                                     const Placeholders& placeholders,
                                     std::vector<LoadError>& errors);

// The sections that differ, one file each.
Result<Rule> read_rule(const YamlNode& document, About about, const Placeholders& placeholders);
Result<Correlation> read_correlation(const YamlNode& document, About about);
Result<Filter> read_filter(const YamlNode& document, About about, const Placeholders& placeholders);

// Shared by rules and filters: named selections and the condition over them.
struct Detection {
  std::vector<Predicate> predicates;
  std::vector<Selection> selections;
  Expression condition;
};
// `other_keys`: members of the map that are no selections.
Result<Detection> read_detection(const YamlNode& map, std::span<const std::string_view> other_keys,
                                 const Placeholders& placeholders);
Result<LogSource> read_log_source(const YamlNode& document);
// A scalar or a list of scalars, as text; empty when `node` is null.
std::vector<std::string> texts_of(const YamlNode* node);
std::string line_note(const YamlNode& node);  // " (line 12)"

}  // namespace picket::detect::sigma
