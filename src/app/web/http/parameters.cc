// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/parameters.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace picket::app::web::http {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::optional<int64_t> parse_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

const std::string* Parameters::find(std::string_view name) {
  known_.push_back(name);
  for (const auto& [known, value] : target_.values)
    if (known == name) return &value;
  return nullptr;
}

void Parameters::fail(std::string_view name, std::string detail, std::string hint) {
  if (!problem_) problem_ = wrong(std::string(name), std::move(detail), std::move(hint)).error();
}

std::string Parameters::text(std::string_view name, size_t bytes_max) {
  const std::string* value = find(name);
  if (!value) return {};
  if (value->size() > bytes_max)
    fail(name, "it is longer than " + std::to_string(bytes_max) + " bytes");
  else if (!is_utf8(*value))
    fail(name, "it is not UTF-8");
  else
    return *value;
  return {};
}

int64_t Parameters::number(std::string_view name, int64_t low, int64_t high, int64_t otherwise) {
  const std::string* value = find(name);
  if (!value) return otherwise;
  const auto number = parse_number(*value);
  if (number && *number >= low && *number <= high) return *number;
  fail(name, "it is no whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return otherwise;
}

bool Parameters::flag(std::string_view name) { return word(name, {"false", "true"}) == "true"; }

// The first of the words is the default.
std::string Parameters::word(std::string_view name, std::initializer_list<std::string_view> words) {
  const std::string* value = find(name);
  if (!value) return std::string(*words.begin());
  if (std::ranges::find(words, *value) != words.end()) return *value;
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  fail(name, "it is none of the words there are", "There are " + all + ".");
  return std::string(*words.begin());
}

std::optional<WallTime> Parameters::time(std::string_view name) {
  const std::string* value = find(name);
  if (!value) return std::nullopt;
  const auto time = parse_rfc3339(*value);
  if (!time) fail(name, "it is no time", "Write it in UTC: 2026-01-02T03:04:05Z");
  return time;
}

void Parameters::need(std::string_view name) {
  const bool given = std::ranges::any_of(
      target_.values, [&](const auto& one) { return one.first == name && !one.second.empty(); });
  if (!given) fail(name, "it is missing");
}

Checked<void> Parameters::done() {
  for (size_t i = 0; i < target_.values.size() && !problem_; ++i) {
    const std::string& name = target_.values[i].first;
    if (std::ranges::find(known_, name) == known_.end()) fail(name, "there is no such parameter");
    for (size_t j = 0; j < i; ++j)
      if (target_.values[j].first == name) fail(name, "it is there twice");
  }
  if (problem_) return std::unexpected(std::move(*problem_));
  return {};
}

}  // namespace picket::app::web::http
