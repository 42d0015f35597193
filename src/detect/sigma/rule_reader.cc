// SPDX-License-Identifier: Apache-2.0
// Rules and filters: log source, selections, condition.
#include <algorithm>

#include "detect/sigma/condition.h"
#include "detect/sigma/document.h"
#include "detect/sigma/fold.h"
#include "detect/sigma/modifier.h"

namespace picket::detect::sigma {
namespace {

using Op = Expression::Op;

struct SelectionReader {
  const Placeholders& placeholders;
  std::vector<Predicate>& predicates;

  Result<Expression> map(const YamlNode& node) {
    Expression all{Op::kAnd, 0, {}};
    if (node.members.empty()) return failure("an empty map" + line_note(node));
    for (const auto& [key, value] : node.members) {
      TRY_ASSIGN(Expression item, item_of(key, value));
      all.children.push_back(std::move(item));
    }
    if (all.children.size() == 1) return std::move(all.children.front());
    return all;
  }

  Result<Expression> item_of(std::string_view key, const YamlNode& value) {
    auto item = read_detection_item(key, value, placeholders, predicates);
    if (!item) return failure(item.error().message + line_note(value));
    return item;
  }

  // A map, a keyword, or a list of either: any of it.
  Result<Expression> any(const YamlNode& node) {
    if (node.is_map()) return map(node);
    if (node.is_scalar()) return item_of("", node);
    if (node.is_null() || node.items.empty())
      return failure("an empty selection" + line_note(node));
    Expression either{Op::kOr, 0, {}};
    for (const YamlNode& item : node.items) {
      TRY_ASSIGN(Expression one, any(item));
      either.children.push_back(std::move(one));
    }
    if (either.children.size() == 1) return std::move(either.children.front());
    return either;
  }
};

Result<Expression> read_condition(const YamlNode& node, std::span<const std::string> names) {
  std::vector<std::string> texts = texts_of(&node);
  if (texts.empty()) return failure("the condition is empty" + line_note(node));
  Expression either{Op::kOr, 0, {}};
  for (const std::string& text : texts) {
    auto one = parse_condition(text, names);
    if (!one) return failure(one.error().message + line_note(node));
    either.children.push_back(std::move(*one));
  }
  if (either.children.size() == 1) return std::move(either.children.front());
  return either;
}

}  // namespace

Result<LogSource> read_log_source(const YamlNode& document) {
  const YamlNode* node = document.find("logsource");
  if (node == nullptr || !node->is_map()) return failure("`logsource` is missing");
  LogSource source;
  for (auto [key, part] :
       {std::pair("product", &source.product), std::pair("category", &source.category),
        std::pair("service", &source.service)}) {
    const YamlNode* value = node->find(key);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_scalar())
      return failure(std::string("`logsource.") + key + "` is no text" + line_note(*value));
    *part = folded(value->text);
  }
  return source;
}

Result<Detection> read_detection(const YamlNode& map, std::span<const std::string_view> other_keys,
                                 const Placeholders& placeholders) {
  if (!map.is_map()) return failure("`detection` is no map" + line_note(map));
  Detection detection;
  SelectionReader reader{placeholders, detection.predicates};
  std::vector<std::string> names;
  for (const auto& [key, value] : map.members) {
    if (std::ranges::find(other_keys, key) != other_keys.end()) continue;
    TRY_ASSIGN(Expression expression, reader.any(value));
    detection.selections.push_back({key, std::move(expression)});
    names.push_back(key);
  }
  const YamlNode* condition = map.find("condition");
  if (condition == nullptr) return failure("`condition` is missing" + line_note(map));
  TRY_ASSIGN(detection.condition, read_condition(*condition, names));
  return detection;
}

Result<Rule> read_rule(const YamlNode& document, About about, const Placeholders& placeholders) {
  constexpr std::string_view kOther[] = {"condition", "timeframe"};
  Rule rule;
  rule.about = std::move(about);
  TRY_ASSIGN(rule.source, read_log_source(document));
  TRY_ASSIGN(Detection detection,
             read_detection(*document.find("detection"), kOther, placeholders));
  rule.predicates = std::move(detection.predicates);
  rule.selections = std::move(detection.selections);
  rule.condition = std::move(detection.condition);
  return rule;
}

Result<Filter> read_filter(const YamlNode& document, About about,
                           const Placeholders& placeholders) {
  constexpr std::string_view kOther[] = {"condition", "rules"};
  const YamlNode& section = *document.find("filter");
  Filter filter;
  filter.about = std::move(about);
  TRY_ASSIGN(filter.source, read_log_source(document));
  TRY_ASSIGN(Detection detection, read_detection(section, kOther, placeholders));
  filter.predicates = std::move(detection.predicates);
  filter.selections = std::move(detection.selections);
  filter.condition = std::move(detection.condition);
  const YamlNode* rules = section.find("rules");
  filter.rules = texts_of(rules);
  if (filter.rules.empty()) return failure("`filter.rules` names no rule");
  filter.any_rule = rules->is_scalar() && rules->text == "any";
  return filter;
}

}  // namespace picket::detect::sigma
