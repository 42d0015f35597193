// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "event/log_record.h"
#include "sensor/replay/read_outcome.h"

namespace picket::sensor::replay {

// Reads Zeek's tab-separated logs (the ASCII writer's format): the header lines say separators,
// field names and types, and may change within one file (logs put one after another). Each row
// becomes a record with the columns as fields: unset ones (-) are left out, "(empty)" is an empty
// text, each element of a set or vector is a field of its own, T and F become true and false. The
// log's name
// (#path) is the record's channel.
class ZeekReader : public FormatReader {
 public:
  static constexpr size_t kColumnsMax = 512;

  size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) override;

 private:
  struct Column {
    std::string name;
    event::LogField::Type type = event::LogField::Type::kText;
    bool list = false, time = false;
  };
  bool header(std::string_view text);
  bool row(std::string_view text);
  void add_value(const Column& column, std::string_view raw);
  std::string_view unescaped(std::string_view raw);

  event::LogRecord record_;
  std::vector<Column> columns_;
  std::string path_, separator_ = "\t", set_separator_ = ",", empty_ = "(empty)", unset_ = "-";
  std::string scratch_;
};

}  // namespace picket::sensor::replay
