// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/binxml_decoder.h"

#include <gtest/gtest.h>

#include "sensor/replay/evtx_writer.h"

namespace picket::sensor::replay {
namespace {

struct ValueCase {
  ValueType type;
  std::vector<uint8_t> bytes;
  const char* text;  // nullptr: does not fit
};

TEST(BinXmlValue, shows_every_type_as_windows_does) {
  const auto real = [](double number) { return number_bytes(std::bit_cast<uint64_t>(number), 8); };
  const ValueCase cases[] = {
      {ValueType::kNull, {}, ""},
      {ValueType::kString, {'a', 0, 0xe4, 0, 0x3d, 0xd8, 0x00, 0xde, 0, 0}, "a\u00e4\U0001F600"},
      {ValueType::kString, {0x3d, 0xd8, 'x', 0}, "\ufffdx"},
      {ValueType::kAnsiString, {'a', 0xe4, 0}, "a\u00e4"},
      {ValueType::kInt8, {0x80}, "-128"},
      {ValueType::kUint8, {0x80}, "128"},
      {ValueType::kInt16, {0xff, 0xff}, "-1"},
      {ValueType::kUint16, {0xff, 0xff}, "65535"},
      {ValueType::kInt32, number_bytes(0x80000000, 4), "-2147483648"},
      {ValueType::kUint32, number_bytes(0x80000000, 4), "2147483648"},
      {ValueType::kInt64, number_bytes(~0ull, 8), "-1"},
      {ValueType::kUint64, number_bytes(~0ull, 8), "18446744073709551615"},
      {ValueType::kReal32, number_bytes(std::bit_cast<uint32_t>(0.5f), 4), "0.5"},
      {ValueType::kReal64, real(-2.25), "-2.25"},
      {ValueType::kBool, {1, 0, 0, 0}, "true"},
      {ValueType::kBool, {0, 0, 0, 0}, "false"},
      {ValueType::kBinary, {0x00, 0xab, 0x7f}, "00AB7F"},
      {ValueType::kGuid,
       {0x85, 0x03, 0x77, 0x57, 0x2a, 0xc2, 0xe0, 0x43, 0xbf, 0x4c, 0x06, 0xf5, 0x69, 0x8f, 0xfb,
        0xd9},
       "{57770385-c22a-43e0-bf4c-06f5698ffbd9}"},
      {ValueType::kSize, number_bytes(0x1fff, 4), "0x1fff"},
      {ValueType::kSize, number_bytes(0x7ffe0000'0000, 8), "0x7ffe00000000"},
      {ValueType::kFileTime, number_bytes(EvtxChunkWriter::kTime, 8),
       "2022-06-18T04:26:40.1234567Z"},
      {ValueType::kFileTime, number_bytes(0, 8), "1601-01-01T00:00:00.0000000Z"},
      {ValueType::kFileTime, number_bytes(~0ull, 8), "18446744073709551615"},
      {ValueType::kSystemTime,
       {0xe6, 0x07, 6, 0, 6, 0, 18, 0, 4, 0, 26, 0, 40, 0, 123, 0},
       "2022-06-18T04:26:40.123Z"},
      {ValueType::kSid, {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}, "S-1-5-18"},
      {ValueType::kSid, {1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0xf4, 0x01, 0, 0}, "S-1-5-21-500"},
      {ValueType::kHexInt32, number_bytes(0x3e7, 4), "0x3e7"},
      {ValueType::kHexInt64, number_bytes(0x8000000000000000, 8), "0x8000000000000000"},
      {ValueType::kUint32, {1, 2, 3}, nullptr},
      {ValueType::kFileTime, {1}, nullptr},
      {ValueType::kGuid, {}, nullptr},
      {ValueType::kSid, {1, 2, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}, nullptr},
      {ValueType::kSid, {1, 16, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}, nullptr},
      {ValueType::kBinXml, {}, nullptr},
      {static_cast<ValueType>(0x7f), {}, nullptr},
  };
  for (const ValueCase& item : cases) {
    std::string text;
    const bool fits = append_value(item.type, item.bytes, text);
    EXPECT_EQ(fits, item.text != nullptr) << int(item.type);
    EXPECT_EQ(text, item.text ? item.text : "") << int(item.type);
  }
}

// Decodes a fragment that stands alone in a chunk.
bool decode_alone(const std::vector<uint8_t>& fragment, event::LogRecord& record) {
  BinXmlDecoder decoder;
  decoder.begin_chunk(fragment);
  return decoder.decode(0, fragment.size(), record);
}

std::vector<uint8_t> element_open(std::string_view name, size_t at) {
  std::vector<uint8_t> out = {0x01, 0, 0, 0, 0};
  const auto add = [&](const std::vector<uint8_t>& more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  add(number_bytes(at + 9, 4)), add({0, 0, 0, 0, 0, 0}), add(number_bytes(name.size(), 2));
  add(utf16_bytes(name)), add({0, 0, 0x02});
  return out;
}

TEST(BinXmlDecoder, reads_elements_without_a_template) {
  std::vector<uint8_t> bytes = {0x0f, 1, 1, 0};
  const auto add = [&](const std::vector<uint8_t>& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  add(element_open("Event", bytes.size()));
  add(element_open("System", bytes.size()));
  add(element_open("EventID", bytes.size()));
  add({0x05, 0x01, 2, 0, '4', 0, '2', 0, 0x04, 0x04});
  add(element_open("UserData", bytes.size()));
  add(element_open("Note", bytes.size()));
  // a character reference, an entity by name, CDATA
  add({0x48, 'A', 0, 0x49});
  add(number_bytes(bytes.size() + 4, 4)),
      add({0, 0, 0, 0, 0, 0, 3, 0, 'a', 0, 'm', 0, 'p', 0, 0, 0});
  add({0x07, 1, 0, '<', 0, 0x04, 0x04, 0x04, 0x00});
  event::LogRecord record;
  ASSERT_TRUE(decode_alone(bytes, record));
  ASSERT_EQ(record.fields().size(), 2u);
  EXPECT_EQ(record.find("EventID")->value, "42");
  EXPECT_EQ(record.origin.event_id, 42u);
  EXPECT_EQ(record.find("Note")->value, "A&<");
}

TEST(BinXmlDecoder, gives_up_on_elements_nested_too_deeply) {
  for (const size_t depth : {EventFlattener::kDepthMax, EventFlattener::kDepthMax + 1}) {
    std::vector<uint8_t> bytes;
    const auto add = [&](const std::vector<uint8_t>& more) {
      bytes.insert(bytes.end(), more.begin(), more.end());
    };
    for (size_t i = 0; i < depth; ++i) add(element_open("E", bytes.size()));
    add({0x05, 0x01, 1, 0, 'x', 0});
    add(std::vector<uint8_t>(depth, 0x04));
    event::LogRecord record;
    EXPECT_EQ(decode_alone(bytes, record), depth == EventFlattener::kDepthMax);
  }
}

// A template of `fields` elements, each of them standing for value 0, which is `values` bytes of
// type `type`; the whole is a fragment. With kBinXml the value is a fragment that starts at 0:
// itself.
std::vector<uint8_t> repeating(size_t fields, uint8_t type, const std::vector<uint8_t>& value) {
  std::vector<uint8_t> bytes = {0x0c, 1, 0, 0, 0, 0};
  const auto add = [&](const std::vector<uint8_t>& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  add(number_bytes(10, 4));
  add(std::vector<uint8_t>(20, 0));
  const size_t size_at = bytes.size();
  add({0, 0, 0, 0});
  const auto open = [&](char name) {
    std::vector<uint8_t> element = element_open(std::string(1, name), bytes.size() + 2);
    element.insert(element.begin() + 1, {0xff, 0xff});
    add(element);
  };
  open('E');
  for (size_t i = 0; i < fields; ++i) open('F'), add({0x0d, 0, 0, 0, 0x04});
  add({0x04, 0x00});
  const auto size = number_bytes(bytes.size() - size_at - 4, 4);
  std::copy(size.begin(), size.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size_at));
  add({1, 0, 0, 0}), add(number_bytes(value.size(), 2)), add({type, 0}), add(value);
  return bytes;
}

TEST(BinXmlDecoder, bounds_the_fields_of_a_record) {
  event::LogRecord record;
  const std::vector<uint8_t> numbers(1024, 7);
  EXPECT_TRUE(decode_alone(repeating(4, uint8_t(ValueType::kUint8) | kArrayBit, numbers), record));
  EXPECT_EQ(record.fields().size(), BinXmlDecoder::kFieldsMax);
  record.clear();
  EXPECT_FALSE(decode_alone(repeating(5, uint8_t(ValueType::kUint8) | kArrayBit, numbers), record));
  EXPECT_EQ(record.fields().size(), BinXmlDecoder::kFieldsMax);
}

TEST(BinXmlDecoder, bounds_the_text_of_a_record) {
  event::LogRecord record;
  const std::vector<uint8_t> blob(30000, 7);  // 60,000 digits
  EXPECT_TRUE(decode_alone(repeating(17, uint8_t(ValueType::kBinary), blob), record));
  record.clear();
  EXPECT_FALSE(decode_alone(repeating(18, uint8_t(ValueType::kBinary), blob), record));
}

TEST(BinXmlDecoder, bounds_fragments_within_fragments) {
  // Each level's value is the level below; an element per level would do for depth, several per
  // level multiply: both end at a bound.
  for (const size_t per_level : {1u, 4u}) {
    std::vector<uint8_t> bytes = repeating(1, uint8_t(ValueType::kUint8), {1});
    const auto add = [&](const std::vector<uint8_t>& more) {
      bytes.insert(bytes.end(), more.begin(), more.end());
    };
    const size_t levels = per_level == 1 ? BinXmlDecoder::kFragmentDepthMax + 1 : 4;
    std::vector<uint8_t> inner = bytes;
    const std::vector<uint8_t> definition = repeating(per_level, uint8_t(ValueType::kBinXml), {});
    // All levels share the definition at 10; an instance elsewhere refers to it.
    const std::vector<uint8_t> instance = {0x0c, 1, 0, 0, 0, 0, 10, 0, 0, 0};
    inner = {0x00};
    for (size_t i = 0; i < levels; ++i) {
      std::vector<uint8_t> outer = instance;
      const auto append = [&](const std::vector<uint8_t>& more) {
        outer.insert(outer.end(), more.begin(), more.end());
      };
      append({1, 0, 0, 0}), append(number_bytes(inner.size(), 2)),
          append({uint8_t(ValueType::kBinXml), 0});
      append(inner);
      inner = outer;
    }
    bytes = definition;
    const size_t start = bytes.size();
    add(inner);
    BinXmlDecoder decoder;
    decoder.begin_chunk(bytes);
    event::LogRecord record;
    EXPECT_FALSE(decoder.decode(start, bytes.size(), record)) << per_level;
  }
}

}  // namespace
}  // namespace picket::sensor::replay
