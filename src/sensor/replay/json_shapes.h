// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "event/log_record.h"

// The shapes in which other programs write events as JSON, each brought to the fields its rules
// use:
//   nested Windows    {"Event": {"System": ..., "EventData": ...}} of evtx_dump (attributes as
//                     "#attributes", as "X_attributes" beside X, or as "@Name"), names as in
//                     event_flattener.h
//   winlogbeat        {"winlog": {"event_id": ..., "event_data": {...}}} and the flat older form
//   flat Windows      {"EventID": 1, "Channel": ..., "Image": ...} of NXLog, Mordor/OTRF and others
//   Zeek              the log's name from _path or @stream, else from its fields, else the file's
//   Suricata EVE      nested names joined by dots; the channel is event_type
//   picket            its own flow and process lines (own_events.h)
//   anything else     nested names joined by dots
// An array of values is its field repeated; an array of objects gives the objects' fields under the
// array's name. Where the source calls them otherwise, EventID, Channel, Provider_Name, Computer
// and EventRecordID are added under those names. Not thread-safe.
namespace picket::sensor::replay {

class JsonShapes {
 public:
  static constexpr size_t kDepthMax = 32;
  static constexpr size_t kFieldsMax = 4096;

  // Adds the fields of `object` to `record`. `input` is where it comes from (its name counts only
  // where nothing else says which of Zeek's logs it is). False: past a bound, or no object at all.
  bool read(simdjson::dom::element object, std::string_view input, event::LogRecord& record);

 private:
  using Object = simdjson::dom::object;
  using Element = simdjson::dom::element;

  void nested_windows(Object event, event::LogRecord& record);
  void windows_system(Object system, event::LogRecord& record);
  void system_attributes(std::string_view name, Object attributes, event::LogRecord& record);
  void windows_data(Element data, std::string_view name, size_t depth, event::LogRecord& record);
  void data_item(Object item, event::LogRecord& record);
  bool winlogbeat(Object top, event::LogRecord& record);
  void flat_windows(Object top, event::LogRecord& record);
  void zeek(Object top, std::string_view input, event::LogRecord& record);
  void eve(Object top, event::LogRecord& record);
  void generic(Object top, event::LogRecord& record);

  void flatten(Element value, std::string& name, size_t depth, event::LogRecord& record);
  void flatten_members(Object members, std::string& name, size_t depth, event::LogRecord& record);
  void add(std::string_view name, Element scalar, event::LogRecord& record);
  void add_text(std::string_view name, std::string_view value, event::LogField::Type type,
                event::LogRecord& record);
  void set_windows_origin(event::LogRecord& record);

  bool within_bounds_ = true;
  std::string name_;
};

// The text of a scalar and its type; numbers in their shortest decimal form.
event::LogField::Type scalar_text(simdjson::dom::element scalar, std::string& out);

// Which Zeek log has such fields (conn, dns, http, ssl...); empty: none known.
std::string_view zeek_log_of(simdjson::dom::object fields);

}  // namespace picket::sensor::replay
