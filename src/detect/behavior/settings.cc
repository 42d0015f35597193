// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/settings.h"

#include <algorithm>
#include <chrono>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "detect/behavior/behavior.h"

namespace picket::detect::behavior {
namespace {

std::string place(std::string_view file, const toml::node& node) {
  return std::string(file) + ":" + std::to_string(node.source().begin.line) + ": ";
}

Result<void> read_table(std::string_view file, std::string_view name, const toml::table& table,
                        BehaviorSettings& out) {
  const auto entries = all_behaviors();
  const auto entry = std::ranges::find(entries, name, [](const auto& e) { return e.info.name; });
  if (entry == entries.end())
    return failure(place(file, table) + "no behaviour is called " + std::string(name));
  Thresholds thresholds(entry->info.settings);
  BehaviorSettings::Table read;
  for (const auto& [key, value] : table) {
    if (key.str() == "enabled") {
      if (!value.is_boolean()) return failure(place(file, value) + "enabled: wants true or false");
      read.enabled = value.ref<bool>();
      continue;
    }
    const std::optional<double> number = value.value<double>();
    if (!number || value.is_boolean() || !thresholds.set(key.str(), *number))
      return failure(place(file, value) + std::string(name) + "." + std::string(key.str()) +
                     ": no such setting, or a value out of its bounds");
    read.values.emplace(key.str(), *number);
  }
  out.tables.insert_or_assign(std::string(name), std::move(read));
  return {};
}

WallTime wall_time(const toml::date_time& given) {
  using namespace std::chrono;
  const sys_days day =
      year(given.date.year) / month(given.date.month) / std::chrono::day(given.date.day);
  int64_t seconds = duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
  seconds += given.time.hour * 3600 + given.time.minute * 60 + given.time.second;
  if (given.offset) seconds -= given.offset->minutes * 60;
  return {seconds * static_cast<int64_t>(kNsPerSecond)};
}

Result<void> read_allow(std::string_view file, const toml::table& table, BehaviorSettings& out) {
  AllowEntry entry;
  const std::pair<std::string_view, std::string*> kTexts[] = {{"behavior", &entry.behavior},
                                                              {"program", &entry.program},
                                                              {"peer", &entry.peer},
                                                              {"host", &entry.host},
                                                              {"reason", &entry.reason}};
  for (const auto& [key, value] : table) {
    if (key.str() == "until" && value.is_date_time()) {
      entry.until = wall_time(value.ref<toml::date_time>());
      continue;
    }
    const auto text = std::ranges::find(kTexts, key.str(), [](const auto& t) { return t.first; });
    if (text == std::end(kTexts) || !value.is_string())
      return failure(place(file, value) + "allow: not understood: " + std::string(key.str()));
    *text->second = value.ref<std::string>();
  }
  if (entry.reason.empty()) return failure(place(file, table) + "allow: an entry needs a reason");
  if (entry.behavior.empty() && entry.program.empty() && entry.peer.empty() && entry.host.empty())
    return failure(place(file, table) +
                   "allow: an entry that names nothing would allow everything");
  if (out.allow.size() == BehaviorSettings::kAllowMax)
    return failure(place(file, table) + "allow: more than 4096 entries");
  out.allow.push_back(std::move(entry));
  return {};
}

}  // namespace

Thresholds::Thresholds(std::span<const Setting> settings) : settings_(settings) {
  for (const Setting& setting : settings) values_.push_back(setting.value);
}

double Thresholds::operator[](std::string_view name) const {
  const auto found = std::ranges::find(settings_, name, &Setting::name);
  return values_.at(static_cast<size_t>(found - settings_.begin()));
}

bool Thresholds::set(std::string_view name, double value) {
  const auto found = std::ranges::find(settings_, name, &Setting::name);
  if (found == settings_.end() || !(value >= found->min && value <= found->max)) return false;
  values_[static_cast<size_t>(found - settings_.begin())] = value;
  return true;
}

Result<BehaviorSettings> BehaviorSettings::parse(std::string_view toml, std::string_view file) {
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return failure(std::string(file) + ":" + std::to_string(parsed.error().source().begin.line) +
                   ": " + std::string(parsed.error().description()));
  }
  BehaviorSettings out;
  if (const toml::table* behaviors = parsed["behavior"].as_table()) {
    for (const auto& [name, value] : *behaviors) {
      if (!value.is_table())
        return failure(place(file, value) + "behavior." + std::string(name.str()) +
                       ": wants a table");
      TRY(read_table(file, name.str(), *value.as_table(), out));
    }
  }
  if (const toml::array* allow = parsed["allow"].as_array()) {
    for (const toml::node& item : *allow) {
      if (!item.is_table()) return failure(place(file, item) + "allow: wants tables");
      TRY(read_allow(file, *item.as_table(), out));
    }
  }
  return out;
}

}  // namespace picket::detect::behavior
