// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/json_shapes.h"

#include <algorithm>
#include <charconv>

#include "base/counter.h"
#include "sensor/replay/event_flattener.h"
#include "sensor/replay/own_events.h"
#include "sensor/replay/time_text.h"

namespace picket::sensor::replay {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Type = event::LogField::Type;

Counter json_bound{"sensor.replay.json_bound",
                   "JSON events given up: too many fields, or nested too deeply"};

bool has(object where, std::string_view name) {
  return where.at_key(name).error() == simdjson::SUCCESS;
}

bool child(object where, std::string_view name, object& out) {
  return where.at_key(name).get(out) == simdjson::SUCCESS;
}

std::string_view text_of(object where, std::string_view name) {
  std::string_view text;
  return where.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

// The first field of those names, for a name that the record lacks.
void alias(event::LogRecord& record, std::string_view name,
           std::initializer_list<std::string_view> from) {
  if (record.find(name)) return;
  for (const std::string_view other : from) {
    if (const event::LogField* field = record.find(other); field && !field->value.empty())
      return record.add(name, field->value, field->type);
  }
}

void take_time(event::LogRecord& record, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const event::LogField* field = record.find(name);
    if (!field) continue;
    record.time = parse_time_text(field->value);
    if (record.time) return;
  }
}

// The attributes' object beside or within an element, in either of the two spellings.
constexpr std::string_view kAttributes = "#attributes";
constexpr std::string_view kBesideSuffix = "_attributes";

template <typename Number>
void print(Number number, std::string& out) {
  char digits[32];
  out.assign(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

Type scalar_text(element scalar, std::string& out) {
  out.clear();
  switch (scalar.type()) {
    case simdjson::dom::element_type::STRING:
      out.assign(std::string_view(scalar.get_string().value_unsafe()));
      return Type::kText;
    case simdjson::dom::element_type::INT64:
      print(scalar.get_int64().value_unsafe(), out);
      return Type::kNumber;
    case simdjson::dom::element_type::UINT64:
      print(scalar.get_uint64().value_unsafe(), out);
      return Type::kNumber;
    case simdjson::dom::element_type::DOUBLE:
      print(scalar.get_double().value_unsafe(), out);
      return Type::kNumber;
    case simdjson::dom::element_type::BOOL:
      out = scalar.get_bool().value_unsafe() ? "true" : "false";
      return Type::kBoolean;
    default: return Type::kNull;
  }
}

std::string_view zeek_log_of(object fields) {
  static constexpr std::pair<std::string_view, std::string_view> kTells[] = {
      {"conn_state", "conn"},
      {"qtype_name", "dns"},
      {"rcode_name", "dns"},
      {"user_agent", "http"},
      {"status_code", "http"},
      {"method", "http"},
      {"server_name", "ssl"},
      {"cipher", "ssl"},
      {"certificate.subject", "x509"},
      {"mailfrom", "smtp"},
      {"rcptto", "smtp"},
      {"msg_types", "dhcp"},
      {"named_pipe", "dce_rpc"},
      {"share_type", "smb_mapping"},
      {"request_type", "kerberos"},
      {"ntlm", "ntlm"},
      {"auth_success", "ssh"},
      {"compile_ts", "pe"},
      {"note", "notice"},
      {"tx_hosts", "files"},
      {"tunnel_type", "tunnel"},
      {"failure_reason", "dpd"}};
  for (const auto& [field, log] : kTells)
    if (has(fields, field)) return log;
  return {};
}

void JsonShapes::add_text(std::string_view name, std::string_view value, Type type,
                          event::LogRecord& record) {
  if (record.fields().size() >= kFieldsMax) {
    if (within_bounds_) json_bound.add();
    within_bounds_ = false;
    return;
  }
  record.add(record.keep(name), record.keep(value), type);
}

void JsonShapes::add(std::string_view name, Element scalar, event::LogRecord& record) {
  std::string text;
  const Type type = scalar_text(scalar, text);
  add_text(name, text, type, record);
}

void JsonShapes::flatten(Element value, std::string& name, size_t depth, event::LogRecord& record) {
  if (depth > kDepthMax) {
    if (within_bounds_) json_bound.add();
    within_bounds_ = false;
    return;
  }
  if (simdjson::dom::array list; value.get(list) == simdjson::SUCCESS) {
    for (const Element item : list) flatten(item, name, depth + 1, record);
    return;
  }
  Object members;
  if (value.get(members) == simdjson::SUCCESS)
    flatten_members(members, name, depth, record);
  else
    add(name, value, record);
}

void JsonShapes::flatten_members(Object members, std::string& name, size_t depth,
                                 event::LogRecord& record) {
  const size_t length = name.size();
  for (const auto& [key, member] : members) {
    if (length > 0) name += '.';
    name += key;
    flatten(member, name, depth + 1, record);
    name.resize(length);
  }
}

bool JsonShapes::read(Element top, std::string_view input, event::LogRecord& record) {
  within_bounds_ = true;
  Object object;
  if (top.get(object) != simdjson::SUCCESS) return false;
  // What Elasticsearch and Splunk put around an event.
  for (const std::string_view wrapper : {"_source", "result"})
    if (Object inner; child(object, wrapper, inner)) {
      top = object[wrapper];
      object = inner;
    }
  Object event, system;
  name_.clear();
  if (child(object, "Event", event) && child(event, "System", system))
    nested_windows(event, record);
  else if (child(object, "System", system) && has(system, "EventID"))
    nested_windows(object, record);
  else if (winlogbeat(object, record)) {
  } else if (has(object, "EventID") &&
             (has(object, "Channel") || has(object, "SourceName") || has(object, "ProviderName") ||
              has(object, "ProviderGuid") || has(object, "Provider_Name") ||
              has(object, "EventSourceName")))
    flat_windows(object, record);
  else if (has(object, "event_type") && has(object, "timestamp"))
    eve(object, record);
  else if (has(object, "_path") ||
           (has(object, "ts") && (has(object, "uid") || has(object, "id.orig_h") ||
                                  has(object, "id_orig_h") || !zeek_log_of(object).empty())))
    zeek(object, input, record);
  else if (is_own_event(object))
    return add_own_event(top, record);
  else
    generic(object, record);
  return within_bounds_ && !record.fields().empty();
}

void JsonShapes::set_windows_origin(event::LogRecord& record) {
  for (const auto& [name, role] : {std::pair{"EventID", OriginRole::kEventId},
                                   {"Channel", OriginRole::kChannel},
                                   {"Provider_Name", OriginRole::kProvider},
                                   {"Computer", OriginRole::kComputer}})
    if (const event::LogField* field = record.find(name)) apply_origin(role, field->value, record);
  finish_origin(record);
}

void JsonShapes::nested_windows(Object event, event::LogRecord& record) {
  Object system;
  if (child(event, "System", system)) windows_system(system, record);
  for (const auto& [key, value] : event) {
    if (key == "System" || key == kAttributes || key.ends_with(kBesideSuffix) ||
        key.starts_with('@'))
      continue;
    windows_data(value, key, 0, record);
  }
  set_windows_origin(record);
  take_time(record, {"TimeCreated"});
}

void JsonShapes::system_attributes(std::string_view name, Object attributes,
                                   event::LogRecord& record) {
  for (const auto& [key, value] : attributes) {
    std::string_view attribute = key;
    if (attribute == "xmlns" || attribute == "#text") continue;
    if (attribute.starts_with('@')) attribute.remove_prefix(1);
    if (name == "TimeCreated" && attribute == "SystemTime")
      add(name, value, record);
    else
      add(std::string(name) + "_" + std::string(attribute), value, record);
  }
}

void JsonShapes::windows_system(Object system, event::LogRecord& record) {
  for (const auto& [key, value] : system) {
    Object inside, attributes;
    if (value.get(inside) != simdjson::SUCCESS) {
      if (!value.is_null()) add(key, value, record);
    } else if (key.ends_with(kBesideSuffix)) {
      system_attributes(key.substr(0, key.size() - kBesideSuffix.size()), inside, record);
    } else {
      Element text;
      if (inside.at_key("#text").get(text) == simdjson::SUCCESS) add(key, text, record);
      system_attributes(key, child(inside, kAttributes, attributes) ? attributes : inside, record);
    }
  }
}

// {"@Name": "Image", "#text": "..."}, also with "#attributes": {"Name": "Image"}.
void JsonShapes::data_item(Object item, event::LogRecord& record) {
  Object attributes;
  if (!child(item, kAttributes, attributes)) attributes = item;
  std::string_view name = text_of(attributes, "Name");
  if (name.empty()) name = text_of(attributes, "@Name");
  Element text;
  if (item.at_key("#text").get(text) == simdjson::SUCCESS ||
      item.at_key("content").get(text) == simdjson::SUCCESS ||
      item.at_key("Value").get(text) == simdjson::SUCCESS) {
    std::string key(name.empty() ? "Data" : name);
    flatten(text, key, 0, record);
  } else if (!name.empty()) {
    add_text(name, {}, Type::kText, record);
  }
}

void JsonShapes::windows_data(Element data, std::string_view name, size_t depth,
                              event::LogRecord& record) {
  if (depth > kDepthMax) {
    within_bounds_ = false;
    return json_bound.add();
  }
  if (simdjson::dom::array list; data.get(list) == simdjson::SUCCESS) {
    for (const Element item : list) windows_data(item, name, depth + 1, record);
    return;
  }
  Object members;
  if (data.get(members) != simdjson::SUCCESS) {
    // An empty <EventData/> comes as null.
    if (!(data.is_null() && depth == 0)) add(name, data, record);
    return;
  }
  if (name == "Data") return data_item(members, record);
  for (const auto& [key, value] : members) {
    if (key == kAttributes || key.ends_with(kBesideSuffix) || key.starts_with('@')) continue;
    windows_data(value, key == "#text" ? name : key, depth + 1, record);
  }
}

// What NXLog itself writes as EventType (im_msvistalog).
static bool is_nxlog_event_type(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"};
  return std::ranges::find(kWords, word) != std::end(kWords);
}

bool JsonShapes::winlogbeat(Object top, event::LogRecord& record) {
  Object log;
  const bool current = child(top, "winlog", log) && has(log, "event_id");
  if (!current && !(has(top, "event_id") && (has(top, "log_name") || has(top, "event_data"))))
    return false;
  if (!current) log = top;
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"event_id", "EventID"},
      {"channel", "Channel"},
      {"log_name", "Channel"},
      {"provider_name", "Provider_Name"},
      {"source_name", "Provider_Name"},
      {"computer_name", "Computer"},
      {"record_id", "EventRecordID"},
      {"record_number", "EventRecordID"},
      {"provider_guid", "Provider_Guid"},
      {"opcode", "Opcode"},
      {"task", "Task"},
      {"level", "Level"},
      {"version", "Version"}};
  for (const auto& [from, to] : kNames)
    if (Element value; log.at_key(from).get(value) == simdjson::SUCCESS && !record.find(to))
      add(to, value, record);
  for (const std::string_view part : {"event_data", "user_data"})
    if (Element data; log.at_key(part).get(data) == simdjson::SUCCESS)
      windows_data(data, part, 0, record);
  for (const auto& [key, value] : top) {
    if (key == "winlog" || (!current && (key == "event_data" || key == "user_data"))) continue;
    name_.assign(key == "message" ? "Message" : key);
    flatten(value, name_, 0, record);
  }
  set_windows_origin(record);
  take_time(record, {"@timestamp"});
  return true;
}

void JsonShapes::flat_windows(Object top, event::LogRecord& record) {
  // NXLog keeps its own EventType and moves that of the event (Sysmon's SetValue...) aside; some
  // exports have put both back in their places.
  Element type;
  std::string_view word;
  const bool moved = top.at_key("EventTypeOrignal").get(type) == simdjson::SUCCESS &&
                     !(type.get(word) == simdjson::SUCCESS && is_nxlog_event_type(word));
  if (moved) add("EventType", type, record);
  for (const auto& [key, value] : top) {
    name_.assign(key);
    if (!(moved && key == "EventType")) flatten(value, name_, 0, record);
  }
  alias(record, "Provider_Name", {"SourceName", "ProviderName", "EventSourceName", "Provider"});
  alias(record, "Computer", {"Hostname", "ComputerName", "MachineName", "host"});
  alias(record, "EventRecordID", {"RecordNumber", "RecordId", "RecordID"});
  alias(record, "Provider_Guid", {"ProviderGuid"});
  set_windows_origin(record);
  take_time(record, {"@timestamp", "TimeCreated", "UtcTime", "TimeGenerated", "EventTime"});
}

void JsonShapes::zeek(Object top, std::string_view input, event::LogRecord& record) {
  for (const auto& [key, value] : top) {
    name_.assign(key);
    // Some collectors cannot have dots in names.
    if (key.starts_with("id_orig_") || key.starts_with("id_resp_")) name_[2] = '.';
    flatten(value, name_, 0, record);
  }
  std::string_view log = text_of(top, "_path");
  if (log.empty()) log = text_of(top, "@stream");
  if (log.empty()) log = zeek_log_of(top);
  if (log.empty()) {
    log = input.substr(input.find_last_of("/:") + 1);
    log = log.substr(0, log.find('.'));
    if (log.starts_with("open_")) log.remove_prefix(5);
  }
  record.origin.product = "zeek";
  record.origin.channel = record.keep(log);
  record.computer = record.keep(text_of(top, "@system"));
  take_time(record, {"ts"});
}

void JsonShapes::eve(Object top, event::LogRecord& record) {
  flatten_members(top, name_, 0, record);
  record.origin.product = "suricata";
  record.origin.channel = record.keep(text_of(top, "event_type"));
  record.computer = record.keep(text_of(top, "host"));
  take_time(record, {"timestamp"});
}

void JsonShapes::generic(Object top, event::LogRecord& record) {
  flatten_members(top, name_, 0, record);
  if (has(top, "eventSource") && has(top, "eventName")) {
    record.origin.product = "aws";
    record.origin.channel = "cloudtrail";
  }
  take_time(record,
            {"@timestamp", "timestamp", "Timestamp", "time", "eventTime", "TimeGenerated", "ts"});
}

}  // namespace picket::sensor::replay
