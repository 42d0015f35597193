// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/settings.h"

#include <charconv>
#include <limits>

#include "base/ascii.h"

namespace picket::inspect {
namespace {

std::optional<uint64_t> unit_of(std::string_view unit) {
  if (unit.empty() || unit == "b") return 1;
  if (unit == "k" || unit == "kb" || unit == "kib") return 1024;
  if (unit == "m" || unit == "mb" || unit == "mib") return 1024 * 1024;
  if (unit == "g" || unit == "gb" || unit == "gib") return 1024 * 1024 * 1024;
  return std::nullopt;
}

}  // namespace

bool Settings::set(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  set(assignment.substr(0, equals), assignment.substr(equals + 1));
  return true;
}

void Settings::set(std::string_view key, std::string_view value) {
  values_.insert_or_assign(std::string(key), std::string(value));
}

const std::string* Settings::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

std::string Settings::text(std::string_view key, std::string_view otherwise) const {
  const std::string* value = find(key);
  return value ? *value : std::string(otherwise);
}

bool Settings::flag(std::string_view key, bool otherwise) const {
  const std::string* value = find(key);
  if (!value) return otherwise;
  const std::string word = ascii_lowered(*value);
  if (word == "yes" || word == "true" || word == "on" || word == "1" || word == "enabled")
    return true;
  if (word == "no" || word == "false" || word == "off" || word == "0" || word == "disabled")
    return false;
  return otherwise;
}

uint64_t Settings::number(std::string_view key, uint64_t otherwise) const {
  const std::string* value = find(key);
  if (!value) return otherwise;
  const std::string word = ascii_lowered(*value);
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (error != std::errc()) return otherwise;
  std::string_view unit(end, static_cast<size_t>(word.data() + word.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const auto factor = unit_of(unit);
  if (!factor || count > std::numeric_limits<uint64_t>::max() / *factor) return otherwise;
  return count * *factor;
}

void Settings::visit(
    std::string_view prefix,
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
  for (auto at = values_.lower_bound(prefix); at != values_.end() && at->first.starts_with(prefix);
       ++at)
    visit(at->first, at->second);
}

}  // namespace picket::inspect
