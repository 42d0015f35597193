// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/event_flattener.h"

#include <algorithm>
#include <charconv>

#include "sensor/replay/time_text.h"

namespace picket::sensor::replay {
namespace {

EventPart part_within(EventPart part, std::string_view name) {
  if (part == EventPart::kDocument)
    return name == "Event" ? EventPart::kEvent
                           : (name == "Events" ? EventPart::kDocument : EventPart::kData);
  if (part != EventPart::kEvent) return part;
  if (name == "System") return EventPart::kSystem;
  if (name == "RenderingInfo") return EventPart::kRendering;
  return EventPart::kData;  // EventData, UserData, BinaryEventData, DebugData, ...
}

bool namespace_declaration(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

void EventFlattener::begin(EventPart part) {
  start_ = part;
  depth_ = 0;
}

bool EventFlattener::start_element(std::string_view name, uint16_t dependency) {
  if (depth_ >= kDepthMax) return false;
  // A prefix (<e:Event>) says nothing here: every namespace has its own names anyway.
  if (const size_t colon = name.rfind(':'); colon != std::string_view::npos)
    name.remove_prefix(colon + 1);
  if (elements_.size() == depth_) elements_.emplace_back();
  Element& element = elements_[depth_];
  element.part = depth_ == 0 ? start_ : elements_[depth_ - 1].inner;
  if (depth_ > 0) elements_[depth_ - 1].has_children = true;
  element.name.assign(name);
  element.name_substitution = -1;
  element.inner = part_within(element.part, name);
  element.content.clear();
  element.dependency = dependency;
  element.has_children = false;
  ++depth_;
  return true;
}

void EventFlattener::fill_common(FlatField& field, const Element& element) const {
  field.part = element.part;
  field.inner = element.inner;
  field.name_substitution = -1;
  field.attribute = false;
  field.container = false;
  field.dependencies.clear();
  for (size_t i = 0; i < depth_; ++i)
    if (elements_[i].dependency != kNoDependency)
      field.dependencies.push_back(elements_[i].dependency);
}

void EventFlattener::attribute(std::string_view name, const std::vector<TextPiece>& value) {
  if (depth_ == 0 || namespace_declaration(name)) return;
  Element& element = elements_[depth_ - 1];
  // <Data Name="Image">: the attribute is the field's name.
  if (element.part == EventPart::kData && name == "Name" && value.size() == 1) {
    if (value[0].substitution < 0)
      element.name = value[0].literal;
    else
      element.name_substitution = value[0].substitution;
    return;
  }
  fill_common(field_, element);
  field_.attribute = true;
  field_.value = value;
  const bool time =
      element.part == EventPart::kSystem && element.name == "TimeCreated" && name == "SystemTime";
  field_.name = element.name;
  if (!time) field_.name.append("_").append(name);
  sink_.field(field_);
}

void EventFlattener::text(std::string_view literal) {
  if (depth_ == 0 || literal.empty()) return;
  std::vector<TextPiece>& content = elements_[depth_ - 1].content;
  if (!content.empty() && content.back().substitution < 0)
    content.back().literal.append(literal);
  else
    content.push_back({std::string(literal), -1, false});
}

void EventFlattener::text(TextPiece piece) {
  if (depth_ > 0) elements_[depth_ - 1].content.push_back(std::move(piece));
}

void EventFlattener::end_element() {
  if (depth_ == 0) return;
  emit_content(elements_[depth_ - 1]);
  --depth_;
}

void EventFlattener::emit_content(const Element& element) {
  const bool has_substitution = std::ranges::any_of(
      element.content, [](const TextPiece& piece) { return piece.substitution >= 0; });
  const bool structural = element.part == EventPart::kDocument || element.part == EventPart::kEvent;
  if (structural && !has_substitution && element.inner != EventPart::kData) return;
  if (element.has_children && !has_substitution) return;  // the white space between its children
  // An empty <Correlation/> or <EventData/> says nothing; an empty <Data Name="x"/> does.
  const bool nothing =
      element.content.empty() || (!has_substitution && blank(element.content.front().literal));
  if (nothing && (structural || element.part != EventPart::kData)) return;
  fill_common(field_, element);
  field_.name = element.name;
  if (element.part == EventPart::kRendering && element.name != "Message")
    field_.name.insert(0, "RenderingInfo_");
  field_.name_substitution = element.name_substitution;
  field_.value = element.content;
  field_.container = structural || element.has_children;
  sink_.field(field_);
}

OriginRole origin_role(EventPart part, std::string_view name) {
  if (part != EventPart::kSystem) return OriginRole::kNone;
  if (name == "EventID") return OriginRole::kEventId;
  if (name == "Channel") return OriginRole::kChannel;
  if (name == "Provider_Name") return OriginRole::kProvider;
  if (name == "Computer") return OriginRole::kComputer;
  if (name == "TimeCreated") return OriginRole::kTime;
  return OriginRole::kNone;
}

void apply_origin(OriginRole role, std::string_view value, event::LogRecord& record) {
  switch (role) {
    case OriginRole::kNone: return;
    case OriginRole::kEventId:
      std::from_chars(value.data(), value.data() + value.size(), record.origin.event_id);
      return;
    case OriginRole::kChannel: record.origin.channel = value; return;
    case OriginRole::kProvider: record.origin.provider = value; return;
    case OriginRole::kComputer: record.computer = value; return;
    case OriginRole::kTime: record.time = parse_time_text(value); return;
  }
}

void finish_origin(event::LogRecord& record) {
  record.origin.product = record.origin.provider == "Linux-Sysmon" ? "linux" : "windows";
}

}  // namespace picket::sensor::replay
