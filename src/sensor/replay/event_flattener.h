// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/log_record.h"

// Turns the elements of a Windows event (text XML, or the template of a binary one) into the flat
// field names that Sigma rules are written in:
//   <System><EventID>1</EventID>                     EventID = 1
//   <System><Provider Name="P" Guid="G"/>            Provider_Name = P, Provider_Guid = G
//   <System><TimeCreated SystemTime="T"/>            TimeCreated = T
//   <EventData><Data Name="Image">I</Data>           Image = I
//   <EventData><Data>x</Data>                        Data = x (repeated as often as it stands)
//   <UserData><Op xmlns="..."><User>U</User></Op>    User = U
//   <RenderingInfo><Message>M</Message>              Message = M
// Not thread-safe.
namespace picket::sensor::replay {

// Where in an event an element stands: decides how it is named.
enum class EventPart : uint8_t { kDocument, kEvent, kSystem, kData, kRendering };

// A piece of text that is known, or (in a template) the number of the value that stands for it.
struct TextPiece {
  std::string literal;
  int substitution = -1;
  bool optional = false;
};

struct FlatField {
  std::string name;
  int name_substitution = -1;    // >= 0: the name is that value
  std::vector<TextPiece> value;  // in order; empty: the element is empty
  bool attribute = false;
  EventPart part = EventPart::kDocument;   // that the field stands in
  EventPart inner = EventPart::kDocument;  // that elements within this one stand in
  std::vector<uint16_t> dependencies;      // values that, when null, take the element away
  // Text between child elements: only an embedded fragment may stand here.
  bool container = false;
};

class FlatFieldSink {
 public:
  virtual ~FlatFieldSink() = default;
  virtual void field(const FlatField& field) = 0;
};

class EventFlattener {
 public:
  static constexpr size_t kDepthMax = 32;
  static constexpr uint16_t kNoDependency = 0xffff;

  explicit EventFlattener(FlatFieldSink& sink) : sink_(sink) {}

  void begin(EventPart part);
  // False: nested deeper than kDepthMax; give the event up.
  bool start_element(std::string_view name, uint16_t dependency = kNoDependency);
  void attribute(std::string_view name, const std::vector<TextPiece>& value);
  void text(std::string_view literal);
  void text(TextPiece piece);
  void end_element();
  size_t depth() const { return depth_; }

 private:
  struct Element {
    std::string name;
    int name_substitution = -1;
    EventPart part{}, inner{};
    std::vector<TextPiece> content;
    uint16_t dependency = kNoDependency;
    bool has_children = false;
  };
  void fill_common(FlatField& field, const Element& element) const;
  void emit_content(const Element& element);

  FlatFieldSink& sink_;
  EventPart start_ = EventPart::kDocument;
  std::vector<Element> elements_;  // the first depth_ are open; the rest keep their memory
  size_t depth_ = 0;
  FlatField field_;
};

// The fields that say where a record comes from.
enum class OriginRole : uint8_t { kNone, kEventId, kChannel, kProvider, kComputer, kTime };
OriginRole origin_role(EventPart part, std::string_view name);
// Takes the value over into the record's origin; `value` must live as long as the record's fields.
void apply_origin(OriginRole role, std::string_view value, event::LogRecord& record);
// Call once all fields are there: product from the provider (Sysmon for Linux is no Windows).
void finish_origin(event::LogRecord& record);

}  // namespace picket::sensor::replay
