// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/byte_reader.h"
#include "event/log_record.h"
#include "sensor/replay/binxml_value.h"
#include "sensor/replay/event_flattener.h"

namespace picket::sensor::replay {

// BinXmlDecoder turns the binary XML of one EVTX record into named fields. A template is flattened
// once per chunk into the list of fields it makes; each record then only fills in its values.
//
// Bounds: a record may nest fragments, repeat values and refer to any template of its chunk, so
// what one record can make is bounded by the constants below, not by its size; a record that would
// make more fails and is counted (sensor.replay.evtx_bound). Not thread-safe.
class BinXmlDecoder {
 public:
  static constexpr size_t kFragmentDepthMax = 8;
  static constexpr size_t kFragmentsMax = 64;              // embedded fragments of one record
  static constexpr size_t kFieldsMax = 4096;               // of one record
  static constexpr size_t kTextBytesMax = 1 << 20;         // of one record's values
  static constexpr size_t kTemplateBytesMax = 512 * 1024;  // flattened per chunk
  static constexpr size_t kTemplatesMax = 1024;            // of one chunk

  // `chunk` is borrowed until the next begin_chunk().
  void begin_chunk(Bytes chunk);
  // Adds the fields of the fragment at [begin, end) of the chunk to `record`, its origin too.
  // False: the fragment does not parse; the record then holds what came before and is not to be
  // used.
  bool decode(size_t begin, size_t end, event::LogRecord& record);

 private:
  struct Field {
    FlatField flat;
    OriginRole role = OriginRole::kNone;
  };
  using Plan = std::vector<Field>;
  class PlanSink;
  struct Value {
    ValueType type = ValueType::kNull;
    bool array = false;
    uint32_t begin = 0, size = 0;  // in the chunk
  };
  // The values of one template instance: a stretch of values_.
  struct Values {
    size_t first = 0, count = 0;
  };

  bool fragment(size_t begin, size_t end, EventPart part, size_t depth, event::LogRecord& record);
  bool plain_element(ByteReader& reader, EventPart part, size_t depth, event::LogRecord& record);
  bool template_instance(ByteReader& reader, EventPart part, size_t depth,
                         event::LogRecord& record);
  const Plan* plan_at(size_t offset, EventPart part);
  bool flatten(ByteReader& reader, bool in_template, EventPart part, Plan& plan);
  bool read_values(ByteReader& reader, Values& values);
  bool fill(const Plan& plan, Values values, size_t depth, event::LogRecord& record);
  bool fill_field(const Field& field, Values values, size_t depth, event::LogRecord& record);
  bool fill_array(const Field& field, std::string_view name, Value value, event::LogRecord& record);
  bool mixed_text(const FlatField& field, Values values, std::string& out) const;
  bool add(const Field& field, std::string_view name, std::string_view text,
           event::LogField::Type type, event::LogRecord& record);
  Value value_of(Values values, int substitution) const;
  Bytes bytes_of(const Value& value) const { return chunk_.subspan(value.begin, value.size); }
  std::string_view name_of(const FlatField& field, Values values, event::LogRecord& record);

  Bytes chunk_;
  std::unordered_map<uint64_t, Plan> plans_;  // by offset and part
  size_t template_bytes_ = 0;
  std::vector<Value> values_;
  std::string scratch_;
  size_t fragments_ = 0, text_bytes_ = 0;  // of the record being decoded
};

}  // namespace picket::sensor::replay
