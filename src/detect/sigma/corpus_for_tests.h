// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "event/log_record.h"

// For tests and benchmarks only: where the shared corpus lies, and Windows events in the two JSON
// shapes that corpus has. The product's own readers are in sensor/replay.
namespace picket::detect::sigma {

// $PICKET_SHARED, else the folder `shared` beside the repository; nullopt: there is none.
inline std::optional<std::filesystem::path> shared_folder() {
  namespace fs = std::filesystem;
  if (const char* given = std::getenv("PICKET_SHARED")) {
    return fs::is_directory(given) ? std::optional<fs::path>(given) : std::nullopt;
  }
  for (fs::path at = fs::weakly_canonical(__FILE__); at.has_relative_path();
       at = at.parent_path()) {
    if (fs::exists(at / "ARCHITECTURE.md") && fs::is_directory(at.parent_path() / "shared"))
      return at.parent_path() / "shared";
  }
  return std::nullopt;
}

inline void add_json_field(event::LogRecord& record, const std::string& name,
                           const nlohmann::json& value) {
  using Type = event::LogField::Type;
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) add_json_field(record, name + "." + key, inner);
  } else if (value.is_array()) {
    for (const auto& inner : value) add_json_field(record, name, inner);
  } else if (value.is_null()) {
    record.add(record.keep(name), "", Type::kNull);
  } else if (value.is_string()) {
    record.add(record.keep(name), record.keep(value.get_ref<const std::string&>()));
  } else {
    record.add(record.keep(name), record.keep(value.dump()),
               value.is_boolean() ? Type::kBoolean : Type::kNumber);
  }
}

inline uint32_t json_number(const nlohmann::json& value) {
  if (value.is_number()) return value.get<uint32_t>();
  if (value.is_object() && value.contains("#text")) return json_number(value["#text"]);
  return value.is_string()
             ? static_cast<uint32_t>(std::strtoul(value.get<std::string>().c_str(), nullptr, 10))
             : 0;
}

// {"Event": {"System": ..., "EventData": ...}}: what EVTX converters write.
inline void read_event_json(const nlohmann::json& event, event::LogRecord& record) {
  const nlohmann::json& system = event["System"];
  record.origin.product = "windows";
  record.origin.channel = record.keep(system.value("Channel", ""));
  record.origin.provider = record.keep(system["Provider"]["#attributes"].value("Name", ""));
  record.origin.event_id = json_number(system["EventID"]);
  record.computer = record.keep(system.value("Computer", ""));
  record.time = parse_rfc3339(system["TimeCreated"]["#attributes"].value("SystemTime", ""));
  for (const char* section : {"EventData", "UserData"}) {
    if (!event.contains(section) || !event[section].is_object()) continue;
    for (const auto& [key, value] : event[section].items()) {
      if (key == "#attributes") continue;
      if (section == std::string("UserData") && value.is_object()) {
        for (const auto& [inner, text] : value.items()) add_json_field(record, inner, text);
      } else {
        add_json_field(record, key, value);
      }
    }
  }
}

// winlogbeat 6: {"log_name": ..., "event_id": ..., "event_data": {...}}.
inline void read_beat_json(nlohmann::json& object, event::LogRecord& record) {
  record.origin.product = "windows";
  record.origin.channel = record.keep(object.value("log_name", ""));
  record.origin.provider = record.keep(object.value("source_name", ""));
  record.origin.event_id = json_number(object["event_id"]);
  record.computer = record.keep(object.value("computer_name", ""));
  record.time = parse_rfc3339(object.value("@timestamp", ""));
  if (!object.contains("event_data")) return;
  for (const auto& [key, value] : object["event_data"].items()) add_json_field(record, key, value);
}

// One flat object a line, as NXLog exports have it, or one nested of CloudTrail.
inline void read_flat_json(const nlohmann::json& object, event::LogRecord& record) {
  auto text = [&](const char* key) {
    return object.contains(key) && object[key].is_string()
               ? record.keep(object[key].get<std::string>())
               : std::string_view();
  };
  record.origin.product = object.contains("Channel") ? "windows" : "";
  record.origin.channel = text("Channel");
  if (object.contains("eventSource") && object.contains("eventName")) {  // CloudTrail
    record.origin.product = "aws";
    record.origin.channel = "cloudtrail";
  }
  record.origin.provider = text("SourceName");
  if (object.contains("EventID")) record.origin.event_id = json_number(object["EventID"]);
  record.computer = text("Hostname");
  record.time = parse_rfc3339(text("@timestamp"));
  for (const auto& [key, value] : object.items()) add_json_field(record, key, value);
}

// False: not an object of either shape.
inline bool read_json_record(nlohmann::json& object, event::LogRecord& record) {
  record.clear();
  if (!object.is_object()) return false;
  if (object.contains("Event")) {
    read_event_json(object["Event"], record);
  } else if (object.contains("log_name") && object.contains("event_id")) {
    read_beat_json(object, record);
  } else {
    read_flat_json(object, record);
  }
  return true;
}
inline bool read_json_record(const std::string& text, event::LogRecord& record) {
  nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
  return read_json_record(object, record);
}

}  // namespace picket::detect::sigma
