// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/binxml_decoder.h"

#include <algorithm>

#include "base/counter.h"
#include "sensor/replay/binxml_parser.h"

namespace picket::sensor::replay {
namespace {

Counter evtx_bound{"sensor.replay.evtx_bound",
                   "EVTX records given up because they would have grown past a bound"};

bool give_up() {
  evtx_bound.add();
  return false;
}

}  // namespace

class BinXmlDecoder::PlanSink : public FlatFieldSink {
 public:
  explicit PlanSink(Plan& plan) : plan_(plan) {}
  void field(const FlatField& field) override {
    plan_.push_back({field, field.attribute || !field.container
                                ? origin_role(field.part, field.name)
                                : OriginRole::kNone});
  }

 private:
  Plan& plan_;
};

void BinXmlDecoder::begin_chunk(Bytes chunk) {
  chunk_ = chunk;
  plans_.clear();
  template_bytes_ = 0;
}

bool BinXmlDecoder::decode(size_t begin, size_t end, event::LogRecord& record) {
  values_.clear();
  fragments_ = text_bytes_ = 0;
  return fragment(begin, end, EventPart::kDocument, 0, record) && !record.fields().empty();
}

bool BinXmlDecoder::fragment(size_t begin, size_t end, EventPart part, size_t depth,
                             event::LogRecord& record) {
  if (depth > kFragmentDepthMax || ++fragments_ > kFragmentsMax) return give_up();
  ByteReader reader(chunk_.first(end));
  reader.seek(begin);
  while (reader.remaining() > 0 && !reader.failed()) {
    switch (token_of(chunk_[reader.offset()])) {
      case Token::kEnd: return true;
      case Token::kFragmentHeader: reader.skip(4); break;  // token, version 1.1, flags
      case Token::kTemplateInstance:
        if (!template_instance(reader, part, depth, record)) return false;
        break;
      case Token::kOpenElement:
        if (!plain_element(reader, part, depth, record)) return false;
        break;
      default: return false;
    }
  }
  return !reader.failed();
}

bool BinXmlDecoder::plain_element(ByteReader& reader, EventPart part, size_t depth,
                                  event::LogRecord& record) {
  Plan plan;
  return flatten(reader, false, part, plan) && fill(plan, Values{}, depth, record);
}

bool BinXmlDecoder::flatten(ByteReader& reader, bool in_template, EventPart part, Plan& plan) {
  PlanSink sink(plan);
  EventFlattener flattener(sink);
  flattener.begin(part);
  BinXmlParser parser(chunk_);
  return parser.element(reader, in_template, flattener);
}

const BinXmlDecoder::Plan* BinXmlDecoder::plan_at(size_t offset, EventPart part) {
  const uint64_t key = uint64_t{offset} << 8 | static_cast<uint8_t>(part);
  if (const auto found = plans_.find(key); found != plans_.end()) return &found->second;
  // Next definition of the same hash, GUID, size; then a fragment header and the element.
  ByteReader reader(chunk_);
  reader.seek(offset);
  reader.skip(4 + 16);
  const size_t size = reader.u32_le();
  if (reader.failed() || size > reader.remaining()) return nullptr;
  template_bytes_ += size;
  if (template_bytes_ > kTemplateBytesMax || plans_.size() >= kTemplatesMax) {
    give_up();
    return nullptr;
  }
  ByteReader body(chunk_.first(reader.offset() + size));
  body.seek(reader.offset());
  if (body.remaining() > 0 && token_of(chunk_[body.offset()]) == Token::kFragmentHeader)
    body.skip(4);
  Plan plan;
  if (!flatten(body, true, part, plan)) return nullptr;
  return &plans_.emplace(key, std::move(plan)).first->second;
}

bool BinXmlDecoder::template_instance(ByteReader& reader, EventPart part, size_t depth,
                                      event::LogRecord& record) {
  reader.skip(1 + 1 + 4);  // token, version, the template's id (the start of its GUID)
  const size_t definition = reader.u32_le();
  if (reader.failed()) return false;
  if (definition == reader.offset()) {  // first use in this chunk: the definition stands here
    reader.skip(4 + 16);
    reader.skip(reader.u32_le());
  }
  Values values;
  if (!read_values(reader, values)) return false;
  const Plan* plan = plan_at(definition, part);
  const bool filled = plan != nullptr && fill(*plan, values, depth, record);
  values_.resize(values.first);
  return filled;
}

bool BinXmlDecoder::read_values(ByteReader& reader, Values& values) {
  const size_t count = reader.u32_le();
  if (reader.failed() || count > reader.remaining() / 4) return false;
  values = {values_.size(), count};
  values_.resize(values.first + count);
  for (size_t i = 0; i < count; ++i) {
    Value& value = values_[values.first + i];
    value.size = reader.u16_le();
    const uint8_t type = reader.u8();
    value.type = static_cast<ValueType>(type & ~kArrayBit);
    value.array = type & kArrayBit;
    reader.skip(1);
  }
  for (size_t i = 0; i < count; ++i) {
    Value& value = values_[values.first + i];
    value.begin = static_cast<uint32_t>(reader.offset());
    reader.skip(value.size);
  }
  return !reader.failed();
}

BinXmlDecoder::Value BinXmlDecoder::value_of(Values values, int substitution) const {
  if (substitution < 0 || static_cast<size_t>(substitution) >= values.count) return {};
  return values_[values.first + static_cast<size_t>(substitution)];
}

bool BinXmlDecoder::fill(const Plan& plan, Values values, size_t depth, event::LogRecord& record) {
  for (const Field& field : plan) {
    const bool gone = std::ranges::any_of(field.flat.dependencies, [&](uint16_t id) {
      return value_of(values, id).type == ValueType::kNull;
    });
    if (!gone && !fill_field(field, values, depth, record)) return false;
  }
  return true;
}

std::string_view BinXmlDecoder::name_of(const FlatField& field, Values values,
                                        event::LogRecord& record) {
  if (field.name_substitution < 0) return record.keep(field.name);
  const Value value = value_of(values, field.name_substitution);
  scratch_.clear();
  if (value.array || !append_value(value.type, bytes_of(value), scratch_) || scratch_.empty())
    return record.keep(field.name);
  text_bytes_ += scratch_.size();
  return record.keep(scratch_);
}

bool BinXmlDecoder::fill_field(const Field& field, Values values, size_t depth,
                               event::LogRecord& record) {
  const FlatField& flat = field.flat;
  const bool single = flat.value.size() == 1 && flat.value[0].substitution >= 0;
  if (single || flat.container) {
    for (const TextPiece& piece : flat.value) {
      const Value value = value_of(values, piece.substitution);
      if (value.type != ValueType::kBinXml || value.array) continue;
      if (!fragment(value.begin, value.begin + value.size, flat.inner, depth + 1, record))
        return false;
      if (single) return true;
    }
    if (flat.container) return true;
  }
  if (!single) {
    const std::string_view name = name_of(flat, values, record);
    scratch_.clear();
    return mixed_text(flat, values, scratch_) &&
           add(field, name, scratch_, event::LogField::Type::kText, record);
  }
  const Value value = value_of(values, flat.value[0].substitution);
  // A null value leaves its attribute, or its element of <System>, out.
  if (value.type == ValueType::kNull && (flat.attribute || flat.part == EventPart::kSystem))
    return true;
  const std::string_view name = name_of(flat, values, record);
  if (value.array) return fill_array(field, name, value, record);
  scratch_.clear();
  return append_value(value.type, bytes_of(value), scratch_) &&
         add(field, name, scratch_, field_type(value.type), record);
}

bool BinXmlDecoder::fill_array(const Field& field, std::string_view name, Value value,
                               event::LogRecord& record) {
  Bytes rest = bytes_of(value);
  if (rest.empty()) return add(field, name, {}, event::LogField::Type::kText, record);
  while (!rest.empty()) {
    const Bytes item = array_element(value.type, rest);
    if (item.empty()) return false;
    rest = rest.subspan(item.size());
    scratch_.clear();
    if (!append_value(value.type, item, scratch_) ||
        !add(field, name, scratch_, field_type(value.type), record))
      return false;
  }
  return true;
}

bool BinXmlDecoder::mixed_text(const FlatField& field, Values values, std::string& out) const {
  for (const TextPiece& piece : field.value) {
    if (piece.substitution < 0) {
      out.append(piece.literal);
      continue;
    }
    const Value value = value_of(values, piece.substitution);
    if (value.array) {
      for (Bytes rest = bytes_of(value); !rest.empty();) {
        const Bytes item = array_element(value.type, rest);
        if (item.empty() || !append_value(value.type, item, out)) return false;
        rest = rest.subspan(item.size());
      }
    } else if (!append_value(value.type, bytes_of(value), out)) {
      return false;
    }
    if (out.size() > kTextBytesMax) return give_up();
  }
  return true;
}

bool BinXmlDecoder::add(const Field& field, std::string_view name, std::string_view text,
                        event::LogField::Type type, event::LogRecord& record) {
  text_bytes_ += text.size();
  if (record.fields().size() >= kFieldsMax || text_bytes_ > kTextBytesMax) return give_up();
  const std::string_view kept = record.keep(text);
  record.add(name, kept, type);
  if (field.role != OriginRole::kNone) apply_origin(field.role, kept, record);
  return true;
}

}  // namespace picket::sensor::replay
