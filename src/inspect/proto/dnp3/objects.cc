// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/objects.h"

#include <array>
#include <bit>
#include <string>

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/dnp3/object_layout.h"

namespace picket::inspect::dnp3 {
namespace {

// Requests whose objects only name what is meant: read, freeze, unsolicited on and off, class.
bool has_points(uint8_t function) {
  return function != 1 && !(function >= 7 && function <= 12) && !(function >= 20 && function <= 22);
}

uint64_t little_endian(Bytes bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

// One point after another, by the layout of its object.
class PointReader {
 public:
  PointReader(std::string_view layout, JsonWriter* out) : layout_(layout), out_(out) {}

  // `size`: of the point where it is said; else SIZE_MAX.
  bool read(ByteReader& reader, size_t size) {
    kept_ = 0;
    bits_left_ = 0;
    const size_t end = size == SIZE_MAX ? SIZE_MAX : reader.offset() + size;
    std::string_view rest = layout_;
    while (!rest.empty()) {
      std::string_view field = take_until(rest, ' ');
      const std::string_view name = take_until(field, ':');
      if (!read_field(reader, name, field, end)) return false;
    }
    // What a longer point of a later edition holds besides.
    if (end != SIZE_MAX && reader.offset() < end) reader.seek(end);
    return !reader.failed() && (end == SIZE_MAX || reader.offset() == end);
  }

 private:
  bool read_field(ByteReader& reader, std::string_view name, std::string_view type, size_t end) {
    switch (type.front()) {
      case 'b': return read_bits(reader, name, static_cast<unsigned>(type[1] - '0'));
      case 's': return read_text(reader, name, kept_size(type.substr(1)));
      case 'r': {
        const size_t left =
            end == SIZE_MAX ? reader.remaining() : end - std::min(end, reader.offset());
        return read_text(reader, name, left);
      }
      default: return read_number(reader, name, type);
    }
  }
  bool read_bits(ByteReader& reader, std::string_view name, unsigned count) {
    if (bits_left_ == 0) {
      byte_ = reader.u8();
      bits_left_ = 8;
    }
    const unsigned value = byte_ & ((1u << count) - 1);
    byte_ = static_cast<uint8_t>(byte_ >> count);
    bits_left_ -= std::min(bits_left_, count);
    if (out_ != nullptr) out_->member(name, value);
    return !reader.failed();
  }
  bool read_number(ByteReader& reader, std::string_view name, std::string_view type) {
    const auto bits = decimal(type.substr(1));
    const uint64_t value = little_endian(reader.take(static_cast<size_t>(*bits / 8)));
    if (reader.failed()) return false;
    if (name.ends_with("_size") && kept_ < sizes_.size()) sizes_[kept_++] = {name, value};
    if (out_ == nullptr) return true;
    if (type == "f32")
      out_->member(name, double{std::bit_cast<float>(static_cast<uint32_t>(value))});
    else if (type == "f64")
      out_->member(name, std::bit_cast<double>(value));
    else if (type == "i16")
      out_->member(name, static_cast<int16_t>(value));
    else if (type == "i32")
      out_->member(name, static_cast<int32_t>(value));
    else
      out_->member(name, value);
    return true;
  }
  bool read_text(ByteReader& reader, std::string_view name, size_t size) {
    const Bytes text = reader.take(size);
    if (out_ != nullptr) out_->member(name, eve_text(text));
    return !reader.failed();
  }
  size_t kept_size(std::string_view name) const {
    for (size_t i = 0; i < kept_; ++i)
      if (sizes_[i].first == name) return static_cast<size_t>(sizes_[i].second);
    return 0;
  }

  const std::string_view layout_;
  JsonWriter* const out_;
  std::array<std::pair<std::string_view, uint64_t>, 4> sizes_;
  size_t kept_ = 0;
  unsigned bits_left_ = 0;
  uint8_t byte_ = 0;
};

bool read_range(ByteReader& reader, ObjectHeader& header) {
  const auto range = [&](size_t width) {
    header.start = static_cast<uint32_t>(little_endian(reader.take(width)));
    header.stop = static_cast<uint32_t>(little_endian(reader.take(width)));
    if (header.stop < header.start) return false;
    const uint64_t count = uint64_t{header.stop} - header.start + 1;
    header.count = static_cast<uint32_t>(std::min<uint64_t>(count, UINT32_MAX));
    return true;
  };
  switch (header.range_code()) {
    case 0:
    case 3: return range(1);
    case 1:
    case 4: return range(2);
    case 2:
    case 5: return range(4);
    case 6: return true;
    case 7:
    case 11: header.count = reader.u8(); return true;
    case 8: header.count = reader.u16_le(); return true;
    case 9: header.count = reader.u32_le(); return true;
    default: return false;
  }
}

class ObjectsReader {
 public:
  ObjectsReader(Bytes bytes, uint8_t function, JsonWriter* out)
      : reader_(bytes), points_said_(has_points(function)), out_(out) {}

  ObjectsRead read() {
    ObjectsRead result;
    while (reader_.remaining() > 0 && result.fault == ObjectsFault::kNone) {
      if (result.headers.size() == kObjectsMax) {
        result.fault = ObjectsFault::kTooManyObjects;
        break;
      }
      ObjectHeader header;
      header.group = reader_.u8();
      header.variation = reader_.u8();
      header.qualifier = reader_.u8();
      const bool good = read_range(reader_, header) && !reader_.failed();
      result.headers.push_back(header);
      begin(header);
      if (!good)
        result.fault = ObjectsFault::kUnknownObject;
      else if (points_said_ && header.variation != 0)
        result.fault = read_points(header);
      if (out_ != nullptr) out_->end_array().end_object();
    }
    return result;
  }

 private:
  void begin(const ObjectHeader& header) {
    if (out_ == nullptr) return;
    out_->begin_object().member("group", unsigned{header.group});
    out_->member("variation", unsigned{header.variation});
    out_->member("qualifier", unsigned{header.qualifier});
    out_->member("prefix_code", unsigned{header.prefix_code()});
    out_->member("range_code", unsigned{header.range_code()});
    out_->member("start", header.start).member("stop", header.stop).member("count", header.count);
    out_->key("points").begin_array();
  }

  ObjectsFault read_points(const ObjectHeader& header) {
    const std::string_view layout = layout_of(header.group, header.variation);
    if (layout.empty())
      return header.count == 0 ? ObjectsFault::kNone : ObjectsFault::kUnknownObject;
    if (layout.starts_with("packed")) return read_packed(header, layout);
    constexpr uint8_t kPrefixBytes[] = {0, 1, 2, 4, 1, 2, 4, 0};
    const bool sized = header.prefix_code() >= 4;
    for (uint32_t i = 0; i < header.count; ++i) {
      if (++points_ > kPointsMax) return ObjectsFault::kTooManyPoints;
      const uint64_t prefix = little_endian(reader_.take(kPrefixBytes[header.prefix_code()]));
      if (reader_.failed()) return ObjectsFault::kUnknownObject;
      begin_point(header, i, prefix);
      const bool good =
          PointReader(layout, out_).read(reader_, sized ? static_cast<size_t>(prefix) : SIZE_MAX);
      if (out_ != nullptr) out_->end_object();
      if (!good) return ObjectsFault::kUnknownObject;
    }
    return ObjectsFault::kNone;
  }

  void begin_point(const ObjectHeader& header, uint32_t i, uint64_t prefix) {
    if (out_ == nullptr) return;
    const bool indexed = header.prefix_code() >= 1 && header.prefix_code() <= 3;
    out_->begin_object().member("prefix", prefix);
    out_->member("index", indexed ? prefix : uint64_t{header.start} + i);
    if (header.prefix_code() >= 4) out_->member("size", prefix);
  }

  ObjectsFault read_packed(const ObjectHeader& header, std::string_view layout) {
    const unsigned width = layout[6] == '2' ? 2 : 1, per_byte = 8 / width;
    const std::string_view name = layout.substr(8);
    uint8_t byte = 0;
    for (uint32_t i = 0; i < header.count; ++i) {
      if (++points_ > kPointsMax) return ObjectsFault::kTooManyPoints;
      if (i % per_byte == 0) byte = reader_.u8();
      if (reader_.failed()) return ObjectsFault::kUnknownObject;
      begin_point(header, i, 0);
      if (out_ != nullptr) {
        const unsigned shift = i % per_byte * width;
        out_->member(name, byte >> shift & ((1u << width) - 1)).end_object();
      }
    }
    return ObjectsFault::kNone;
  }

  ByteReader reader_;
  const bool points_said_;
  JsonWriter* const out_;
  size_t points_ = 0;
};

}  // namespace

ObjectsRead read_objects(Bytes bytes, uint8_t function, JsonWriter* out) {
  return ObjectsReader(bytes, function, out).read();
}

}  // namespace picket::inspect::dnp3
