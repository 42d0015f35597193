// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zlib.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "sensor/replay/binxml_parser.h"
#include "sensor/replay/binxml_value.h"

// Writes small EVTX logs for tests and benchmarks, as the format's description says they are, so
// that no test needs a recorded one. Text is ASCII here; numbers are little-endian.
namespace picket::sensor::replay {

struct EvtxValue {
  std::string name;
  uint8_t type = 0;  // ValueType, with kArrayBit
  std::vector<uint8_t> bytes;
};

inline std::vector<uint8_t> utf16_bytes(std::string_view text) {
  std::vector<uint8_t> out;
  for (const char c : text) out.insert(out.end(), {static_cast<uint8_t>(c), 0});
  return out;
}
inline std::vector<uint8_t> number_bytes(uint64_t value, size_t width) {
  std::vector<uint8_t> out;
  for (size_t i = 0; i < width; ++i) out.push_back(static_cast<uint8_t>(value >> 8 * i));
  return out;
}
inline EvtxValue text_value(std::string name, std::string_view text) {
  return {std::move(name), uint8_t(ValueType::kString), utf16_bytes(text)};
}

class EvtxChunkWriter {
 public:
  EvtxChunkWriter() : bytes_(512, 0) {}

  // A record whose EventData holds `values`: records of one shape (same names) share a template.
  // False: the chunk is full.
  bool add(uint64_t id, uint16_t event_id, const std::vector<EvtxValue>& values) {
    const std::vector<uint8_t> before = bytes_;
    const size_t start = bytes_.size();
    u32(0x00002a2a), u32(0), u64(id), u64(kTime);
    fragment_header();
    instance("event", [&] { event_template(); });
    const size_t sizes = descriptors({{2, uint8_t(ValueType::kUint16)},
                                      {8, uint8_t(ValueType::kUint64)},
                                      {8, uint8_t(ValueType::kFileTime)},
                                      {0, uint8_t(ValueType::kBinXml)}});
    u16(event_id), u64(id), u64(kTime);
    const size_t data = bytes_.size();
    fragment_header();
    std::string shape = "data";
    for (const EvtxValue& value : values) shape += "/" + value.name;
    instance(shape, [&] { data_template(values); });
    std::vector<std::pair<uint16_t, uint8_t>> kinds;
    for (const EvtxValue& value : values)
      kinds.emplace_back(uint16_t(value.bytes.size()), value.type);
    descriptors(kinds);
    for (const EvtxValue& value : values) put(value.bytes);
    u8(0);
    patch16(sizes + 3 * 4, uint16_t(bytes_.size() - data));
    u8(0);
    return finish_record(start, id, before);
  }
  // A record whose payload is `binxml` as it is.
  bool add_raw(uint64_t id, const std::vector<uint8_t>& binxml) {
    const std::vector<uint8_t> before = bytes_;
    const size_t start = bytes_.size();
    u32(0x00002a2a), u32(0), u64(id), u64(kTime);
    put(binxml);
    return finish_record(start, id, before);
  }
  size_t size() const { return bytes_.size(); }
  size_t last_record() const { return last_record_; }

  // The chunk, 64 KiB, with its checksums.
  std::vector<uint8_t> finish() const {
    std::vector<uint8_t> out = bytes_;
    out.resize(65536, 0);
    std::memcpy(out.data(), "ElfChnk", 8);
    const auto set32 = [&](size_t at, uint64_t value) {
      const auto little = number_bytes(value, 4);
      std::copy(little.begin(), little.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    };
    set32(8, 1), set32(16, last_id_), set32(24, 1), set32(32, last_id_);
    set32(40, 128), set32(44, last_record_), set32(48, bytes_.size());
    set32(52, crc32(0, out.data() + 512, uInt(bytes_.size() - 512)));
    set32(124, crc32(crc32(0, out.data(), 120), out.data() + 128, 384));
    return out;
  }

  static constexpr uint64_t kTime = 133'000'000'001'234'567;  // 2022-06-18T04:26:40.1234567Z

 private:
  void u8(unsigned value) { bytes_.push_back(uint8_t(value)); }
  void u16(unsigned value) { put(number_bytes(value, 2)); }
  void u32(uint64_t value) { put(number_bytes(value, 4)); }
  void u64(uint64_t value) { put(number_bytes(value, 8)); }
  void put(const std::vector<uint8_t>& more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }
  void patch16(size_t at, uint16_t value) {
    bytes_[at] = uint8_t(value), bytes_[at + 1] = uint8_t(value >> 8);
  }
  void patch32(size_t at, size_t value) {
    const auto little = number_bytes(value, 4);
    std::copy(little.begin(), little.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void fragment_header() { u8(0x0f), u8(1), u8(1), u8(0); }

  void name(const std::string& text) {
    if (const auto known = names_.find(text); known != names_.end()) {
      u32(known->second);
      return;
    }
    const size_t here = bytes_.size() + 4;
    names_[text] = here;
    u32(here), u32(0), u16(0), u16(unsigned(text.size()));
    put(utf16_bytes(text));
    u16(0);
  }
  void open(const std::string& text, unsigned dependency = 0xffff, bool attributes = false) {
    u8(attributes ? 0x41 : 0x01), u16(dependency), u32(0);
    name(text);
  }
  template <typename Body>
  void attribute(const std::string& text, Body body) {
    const size_t size = bytes_.size();
    u32(0);
    u8(0x06);
    name(text);
    body();
    patch32(size, bytes_.size() - size - 4);
  }
  void literal(const std::string& text) {
    u8(0x05), u8(0x01), u16(unsigned(text.size()));
    put(utf16_bytes(text));
  }
  void substitution(unsigned id, ValueType type) { u8(0x0e), u16(id), u8(unsigned(type)); }

  template <typename Body>
  void instance(const std::string& key, Body body) {
    u8(0x0c), u8(1), u32(0x12345678);
    if (const auto known = templates_.find(key); known != templates_.end()) {
      u32(known->second);
      return;
    }
    const size_t here = bytes_.size() + 4;
    templates_[key] = here;
    u32(here), u32(0), u64(1), u64(2);
    const size_t size = bytes_.size();
    u32(0);
    fragment_header();
    body();
    u8(0);
    patch32(size, bytes_.size() - size - 4);
  }
  size_t descriptors(const std::vector<std::pair<uint16_t, uint8_t>>& kinds) {
    u32(kinds.size());
    const size_t at = bytes_.size();
    for (const auto& [size, type] : kinds) u16(size), u8(type), u8(0);
    return at;
  }
  void event_template() {
    open("Event"), u8(2);
    open("System"), u8(2);
    open("Provider", 0xffff, true);
    attribute("Name", [&] { literal("Picket-Test"); });
    u8(3);
    open("EventID"), u8(2), substitution(0, ValueType::kUint16), u8(4);
    open("TimeCreated", 0xffff, true);
    attribute("SystemTime", [&] { substitution(2, ValueType::kFileTime); });
    u8(3);
    open("EventRecordID"), u8(2), substitution(1, ValueType::kUint64), u8(4);
    open("Correlation"), u8(3);
    open("Channel"), u8(2), literal("Picket/Test"), u8(4);
    open("Computer"), u8(2), literal("host.example"), u8(4);
    u8(4);
    substitution(3, ValueType::kBinXml);
    u8(4);
  }
  void data_template(const std::vector<EvtxValue>& values) {
    open("EventData"), u8(2);
    for (unsigned i = 0; i < values.size(); ++i) {
      const bool named = !values[i].name.empty();
      // An optional element: gone when its value is null.
      open("Data", values[i].name.starts_with("Optional") ? i : 0xffff, named);
      if (named) attribute("Name", [&] { literal(values[i].name); });
      u8(2), substitution(i, ValueType::kString), u8(4);
    }
    u8(4);
  }
  bool finish_record(size_t start, uint64_t id, const std::vector<uint8_t>& before) {
    while ((bytes_.size() + 4) % 8 != 0) u8(0);
    u32(bytes_.size() + 4 - start);
    patch32(start + 4, bytes_.size() - start);
    if (bytes_.size() > 65536) {
      bytes_ = before;
      return false;
    }
    last_record_ = start;
    last_id_ = id;
    return true;
  }

  std::vector<uint8_t> bytes_;
  std::map<std::string, size_t> names_, templates_;
  size_t last_record_ = 0;
  uint64_t last_id_ = 0;
};

// A log of these chunks with the header they go under.
inline std::vector<uint8_t> evtx_file(const std::vector<std::vector<uint8_t>>& chunks) {
  std::vector<uint8_t> out(4096, 0);
  std::memcpy(out.data(), "ElfFile", 8);
  const auto set = [&](size_t at, uint64_t value, size_t width) {
    const auto little = number_bytes(value, width);
    std::copy(little.begin(), little.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  set(16, chunks.size() - 1, 8), set(24, 1, 8), set(32, 128, 4), set(36, 1, 2), set(38, 3, 2);
  set(40, 4096, 2), set(42, chunks.size(), 2);
  set(124, crc32(0, out.data(), 120), 4);
  for (const auto& chunk : chunks) out.insert(out.end(), chunk.begin(), chunk.end());
  return out;
}

}  // namespace picket::sensor::replay
