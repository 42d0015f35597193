// SPDX-License-Identifier: Apache-2.0
// STIX bundles and MISP events of indicator_list.h.
#include <simdjson.h>

#include "detect/intel/indicator_list.h"
#include "detect/intel/indicator_stix.h"

namespace picket::detect::intel {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

constexpr size_t kDepthMax = 64;  // of JSON

std::string_view text_of(Object object, std::string_view name) {
  std::string_view text;
  if (object.at_key(name).get(text) != simdjson::SUCCESS) return {};
  return text;
}

bool truth_of(Object object, std::string_view name) {
  bool truth = false;
  return object.at_key(name).get(truth) == simdjson::SUCCESS && truth;
}

// MISP writes its times as text or number.
std::optional<WallTime> time_of(Object object, std::string_view name) {
  int64_t seconds = 0;
  if (object.at_key(name).get(seconds) == simdjson::SUCCESS)
    return parse_list_time(std::to_string(seconds));
  return parse_list_time(text_of(object, name));
}

// Parses all of it; the report says where it breaks. The document lives in the parser.
bool parse(simdjson::dom::parser& parser, std::string_view content, ListReport& report,
           Element& out) {
  if (parser.allocate(content.size(), kDepthMax) == simdjson::SUCCESS) {
    const auto error = parser.parse(content.data(), content.size()).get(out);
    if (error == simdjson::SUCCESS) return true;
    report.problem("the JSON", std::string(simdjson::error_message(error)));
    return false;
  }
  report.problem("the JSON", "cannot be held in memory");
  return false;
}

void stix_object(Object object, const std::string& place, ListReport& report,
                 const OnIndicator& on_indicator) {
  if (text_of(object, "type") != "indicator") return;
  if (truth_of(object, "revoked") ||
      (!text_of(object, "pattern_type").empty() && text_of(object, "pattern_type") != "stix")) {
    ++report.skipped;
    return;
  }
  const std::string_view pattern = text_of(object, "pattern");
  if (pattern.empty()) return report.problem(place + ".pattern", "missing, or no text");
  auto indicators = read_stix_pattern(pattern);
  if (!indicators)
    return report.problem(place + ".pattern at " + std::to_string(indicators.error().offset),
                          indicators.error().what);
  for (Indicator& indicator : *indicators) {
    indicator.about = text_of(object, "name");
    indicator.seen = parse_list_time(text_of(object, "valid_from"));
    indicator.expires = parse_list_time(text_of(object, "valid_until"));
    on_indicator(indicator);
  }
}

// "domain|ip" and "filename|sha256" carry two values; each that is an indicator counts.
void misp_attribute(Object attribute, std::string_view about, const std::string& place,
                    ListReport& report, const OnIndicator& on_indicator) {
  if (truth_of(attribute, "deleted") || !truth_of(attribute, "to_ids")) {
    ++report.skipped;
    return;
  }
  std::string_view type = text_of(attribute, "type"), value = text_of(attribute, "value");
  bool known = false;
  const auto take = [&](std::string_view one_type, std::string_view one_value) {
    const auto kind = parse_kind(one_type);
    if (!kind) return;
    known = true;
    auto indicator = make_indicator(*kind, one_value);
    if (!indicator)
      return report.problem(place + ".value", "not a usable " + std::string(one_type));
    indicator->about = about;
    indicator->seen = time_of(attribute, "first_seen");
    if (!indicator->seen) indicator->seen = time_of(attribute, "timestamp");
    on_indicator(*indicator);
  };
  const size_t bar = type.find('|'), value_bar = value.find('|');
  if (parse_kind(type) || bar == type.npos || value_bar == value.npos) {
    take(type, value);
  } else {
    take(type.substr(0, bar), value.substr(0, value_bar));
    take(type.substr(bar + 1), value.substr(value_bar + 1));
  }
  if (!known) ++report.skipped;
}

void misp_attributes(Object holder, std::string_view about, const std::string& place,
                     ListReport& report, const OnIndicator& on_indicator) {
  Array attributes;
  if (holder.at_key("Attribute").get(attributes) != simdjson::SUCCESS) return;
  size_t i = 0;
  for (const Element element : attributes) {
    const std::string here = place + "Attribute[" + std::to_string(i++) + "]";
    Object attribute;
    if (element.get(attribute) != simdjson::SUCCESS)
      report.problem(here, "no object");
    else
      misp_attribute(attribute, about, here, report, on_indicator);
  }
}

void misp_event(Object event, const std::string& place, ListReport& report,
                const OnIndicator& on_indicator) {
  const std::string_view about = text_of(event, "info");
  if (report.title.empty()) report.title = about;
  misp_attributes(event, about, place, report, on_indicator);
  Array objects;
  if (event.at_key("Object").get(objects) != simdjson::SUCCESS) return;
  size_t i = 0;
  for (const Element element : objects) {
    Object object;
    if (element.get(object) == simdjson::SUCCESS)
      misp_attributes(object, about, place + "Object[" + std::to_string(i) + "].", report,
                      on_indicator);
    ++i;
  }
}

}  // namespace

bool read_stix(std::string_view content, ListReport& report, const OnIndicator& on_indicator) {
  simdjson::dom::parser parser;
  Element document;
  if (!parse(parser, content, report, document)) return false;
  Object bundle;
  Array objects;
  std::string root = "objects";
  if (document.get(bundle) == simdjson::SUCCESS) {
    if (bundle.at_key("objects").get(objects) != simdjson::SUCCESS) {
      report.problem("the JSON", "no STIX bundle: it has no list \"objects\"");
      return false;
    }
  } else if (document.get(objects) != simdjson::SUCCESS) {
    report.problem("the JSON", "neither an object nor a list");
    return false;
  } else {
    root.clear();
  }
  size_t i = 0;
  for (const Element element : objects) {
    const std::string place = root + "[" + std::to_string(i++) + "]";
    Object object;
    if (element.get(object) != simdjson::SUCCESS)
      report.problem(place, "no object");
    else
      stix_object(object, place, report, on_indicator);
  }
  return true;
}

bool read_misp(std::string_view content, ListReport& report, const OnIndicator& on_indicator) {
  simdjson::dom::parser parser;
  Element document;
  if (!parse(parser, content, report, document)) return false;
  Object top, event;
  Array events;
  if (document.get(top) == simdjson::SUCCESS) {
    if (top.at_key("Event").get(event) == simdjson::SUCCESS)
      return misp_event(event, "Event.", report, on_indicator), true;
    if (top.at_key("Attribute").error() == simdjson::SUCCESS)
      return misp_event(top, "", report, on_indicator), true;
    if (top.at_key("response").get(events) != simdjson::SUCCESS) {
      report.problem("the JSON", "no MISP event: it has neither Event nor response");
      return false;
    }
  } else if (document.get(events) != simdjson::SUCCESS) {
    report.problem("the JSON", "neither an object nor a list");
    return false;
  }
  size_t i = 0;
  for (const Element element : events) {
    const std::string place = "response[" + std::to_string(i++) + "].";
    Object holder;
    if (element.get(holder) == simdjson::SUCCESS &&
        holder.at_key("Event").get(event) == simdjson::SUCCESS)
      misp_event(event, place + "Event.", report, on_indicator);
    else
      report.problem(place, "no Event");
  }
  return true;
}

}  // namespace picket::detect::intel
