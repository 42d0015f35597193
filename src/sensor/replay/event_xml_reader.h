// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "event/log_record.h"
#include "sensor/replay/event_flattener.h"
#include "sensor/replay/read_outcome.h"

namespace picket::sensor::replay {

// Reads one <Event>...</Event> of the Windows event schema in text form (XML 1.0 without DTDs,
// which no event has) into `record`; the fields are those of event_flattener.h. Not thread-safe.
class EventXmlParser {
 public:
  EventXmlParser();
  // False: not well-formed; `record` is then not to be used.
  bool parse(std::string_view xml, event::LogRecord& record);

 private:
  class RecordFields : public FlatFieldSink {
   public:
    void field(const FlatField& field) override;
    event::LogRecord* record = nullptr;
    std::string text;
  };
  bool tag(std::string_view& rest);
  bool attributes(std::string_view& inside);
  bool markup_declaration(std::string_view& rest);

  RecordFields fields_;
  EventFlattener flattener_;
  std::string text_;
};

// Finds the events in XML files (single events, <Events> lists, one per line, with or without XML
// declarations between them) and in syslog lines that carry them (Sysmon for Linux).
class EventXmlReader : public FormatReader {
 public:
  size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) override;

 private:
  EventXmlParser parser_;
  event::LogRecord record_;
};

}  // namespace picket::sensor::replay
