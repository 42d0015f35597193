// SPDX-License-Identifier: Apache-2.0
// The `correlation` section (Sigma correlation rules specification 2.1.0).
#include <algorithm>
#include <array>
#include <charconv>

#include "base/clock.h"
#include "detect/sigma/condition.h"
#include "detect/sigma/document.h"

namespace picket::detect::sigma {
namespace {

using Type = Correlation::Type;

constexpr auto kTypes = std::to_array<std::pair<std::string_view, Type>>({
    {"event_count", Type::kEventCount},
    {"value_count", Type::kValueCount},
    {"temporal", Type::kTemporal},
    {"temporal_ordered", Type::kTemporalOrdered},
    {"value_sum", Type::kValueSum},
    {"value_avg", Type::kValueAvg},
    {"value_percentile", Type::kValuePercentile},
});

constexpr auto kOps = std::to_array<std::pair<std::string_view, Threshold::Op>>({
    {"lt", Threshold::Op::kLess},
    {"lte", Threshold::Op::kLessOrEqual},
    {"gt", Threshold::Op::kGreater},
    {"gte", Threshold::Op::kGreaterOrEqual},
    {"eq", Threshold::Op::kEqual},
    {"neq", Threshold::Op::kNotEqual},
});

Result<double> read_number(const YamlNode& node) {
  double number = 0;
  const char* end = node.text.data() + node.text.size();
  auto [at, error] = std::from_chars(node.text.data(), end, number);
  if (node.text.empty() || error != std::errc() || at != end)
    return failure("`" + node.text + "` is no number" + line_note(node));
  return number;
}

Result<uint64_t> read_timespan(const YamlNode& node) {
  constexpr uint64_t kDaysMax = 3650;
  uint64_t count = 0;
  const char* end = node.text.data() + node.text.size();
  auto [at, error] = std::from_chars(node.text.data(), end, count);
  uint64_t seconds = 0;
  if (error == std::errc() && at + 1 == end) {
    switch (*at) {
      case 's': seconds = 1; break;
      case 'm': seconds = 60; break;
      case 'h': seconds = 3600; break;
      case 'd': seconds = 86'400; break;
      case 'w': seconds = 7 * 86'400; break;
      default: break;
    }
  }
  if (seconds == 0 || count == 0 || count > kDaysMax * 86'400 / seconds) {
    return failure("`timespan: " + node.text + "` is not a number with s, m, h, d or w" +
                   line_note(node));
  }
  return count * seconds * kNsPerSecond;
}

Result<void> read_thresholds(const YamlNode& condition, Correlation& correlation) {
  for (const auto& [key, value] : condition.members) {
    if (key == "field") {
      correlation.fields = texts_of(&value);
      continue;
    }
    if (key == "percentile") {
      TRY_ASSIGN(correlation.percentile, read_number(value));
      if (!(correlation.percentile >= 0 && correlation.percentile <= 100))
        return failure("`percentile` is not within 0 and 100" + line_note(value));
      continue;
    }
    auto found = std::ranges::find(kOps, key, [](const auto& op) { return op.first; });
    if (found == kOps.end())
      return failure("`" + key + "` is no correlation condition" + line_note(value));
    TRY_ASSIGN(double number, read_number(value));
    correlation.thresholds.push_back({found->second, number});
  }
  return {};
}

bool temporal(Type type) { return type == Type::kTemporal || type == Type::kTemporalOrdered; }

Result<void> read_correlation_condition(const YamlNode* node, Correlation& correlation) {
  if (node == nullptr || node->is_null()) {
    if (!temporal(correlation.type)) return failure("`condition` is missing");
    return {};
  }
  if (node->is_scalar()) {
    if (correlation.type != Type::kTemporal)
      return failure("a condition in words goes with `temporal` only" + line_note(*node));
    auto expression = parse_condition(node->text, correlation.rules);
    if (!expression) return failure(expression.error().message + line_note(*node));
    correlation.expression = std::move(*expression);
    return {};
  }
  TRY(read_thresholds(*node, correlation));
  bool counts_values = !temporal(correlation.type) && correlation.type != Type::kEventCount;
  if (counts_values && correlation.fields.empty())
    return failure("`condition.field` is missing" + line_note(*node));
  if (correlation.thresholds.empty())
    return failure("the condition compares with nothing" + line_note(*node));
  return {};
}

void read_aliases(const YamlNode* node, Correlation& correlation) {
  if (node == nullptr) return;
  for (const auto& [name, fields] : node->members) {
    Correlation::Alias alias{name, {}};
    for (const auto& [rule, field] : fields.members)
      alias.field_by_rule.emplace_back(rule, field.text);
    correlation.aliases.push_back(std::move(alias));
  }
}

}  // namespace

Result<Correlation> read_correlation(const YamlNode& document, About about) {
  const YamlNode& section = *document.find("correlation");
  if (!section.is_map()) return failure("`correlation` is no map" + line_note(section));
  Correlation correlation;
  correlation.about = std::move(about);
  const YamlNode* type = section.find("type");
  auto known = std::ranges::find(kTypes, type == nullptr ? "" : std::string_view(type->text),
                                 [](const auto& t) { return t.first; });
  if (known == kTypes.end()) {
    return failure(type == nullptr
                       ? "`correlation.type` is missing"
                       : "unknown correlation type `" + type->text + "`" + line_note(*type));
  }
  correlation.type = known->second;
  correlation.rules = texts_of(section.find("rules"));
  constexpr size_t kReferencedMax = 64;  // the engine keeps a bit for each
  if (correlation.rules.empty()) return failure("`correlation.rules` names no rule");
  if (correlation.rules.size() > kReferencedMax)
    return failure("`correlation.rules` names more than 64 rules");
  correlation.group_by = texts_of(section.find("group-by"));
  const YamlNode* timespan = section.find("timespan");
  if (timespan == nullptr) timespan = section.find("timeframe");
  if (timespan == nullptr) return failure("`correlation.timespan` is missing");
  TRY_ASSIGN(correlation.timespan_ns, read_timespan(*timespan));
  TRY(read_correlation_condition(section.find("condition"), correlation));
  read_aliases(section.find("aliases"), correlation);
  const YamlNode* generate = section.find("generate");
  if (generate == nullptr) generate = document.find("generate");
  correlation.generate =
      generate != nullptr && (generate->text == "true" || generate->text == "True");
  return correlation;
}

}  // namespace picket::detect::sigma
