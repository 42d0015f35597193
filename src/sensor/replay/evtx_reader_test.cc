// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/evtx_reader.h"

#include <gtest/gtest.h>

#include "sensor/replay/evtx_writer.h"
#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

TestRead read_evtx(const std::vector<uint8_t>& bytes, size_t step = 0) {
  EvtxReader reader;
  return read_with(reader, InputKind::kEvtx, bytes, step);
}

std::vector<EvtxValue> process_values(std::string_view image) {
  return {text_value("Image", image),
          {"ProcessId", uint8_t(ValueType::kUint32), number_bytes(4711, 4)}};
}

EvtxChunkWriter three_records() {
  EvtxChunkWriter chunk;
  EXPECT_TRUE(chunk.add(1, 1, process_values("C:\\a.exe")));
  EXPECT_TRUE(chunk.add(2, 3, process_values("C:\\b.exe")));
  EXPECT_TRUE(chunk.add(3, 5, process_values("C:\\c.exe")));
  return chunk;
}

TEST(EvtxReader, flattens_a_record_to_the_names_of_sigma) {
  const TestRead read = read_evtx(evtx_file({three_records().finish()}));
  ASSERT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.outcome.damaged, 0u);
  EXPECT_EQ(read.outcome.bad_checksums, 0u);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"Provider_Name", "Picket-Test"},
      {"EventID", "3"},
      {"TimeCreated", "2022-06-18T04:26:40.1234567Z"},
      {"EventRecordID", "2"},
      {"Channel", "Picket/Test"},
      {"Computer", "host.example"},
      {"Image", "C:\\b.exe"},
      {"ProcessId", "4711"}};
  const TestRecord& record = read.records[1];
  EXPECT_EQ(record.fields, expected);
  EXPECT_EQ(record.product, "windows");
  EXPECT_EQ(record.channel, "Picket/Test");
  EXPECT_EQ(record.provider, "Picket-Test");
  EXPECT_EQ(record.computer, "host.example");
  EXPECT_EQ(record.event_id, 3u);
  EXPECT_EQ(record.time, WallTime{1'655'526'400'123'456'700});
}

TEST(EvtxReader, says_where_a_record_stands) {
  const TestRead read = read_evtx(evtx_file({three_records().finish()}));
  ASSERT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.records[0].offset, 4096u + 512u);
  EXPECT_EQ(read.records[2].offset, 4096u + three_records().last_record());
}

TEST(EvtxReader, reads_the_same_through_windows_of_any_size) {
  const auto file = evtx_file({three_records().finish(), three_records().finish()});
  for (const size_t step : {1000u, 4096u, 65536u, 70000u}) {
    const TestRead read = read_evtx(file, step);
    EXPECT_EQ(read.records.size(), 6u) << step;
    EXPECT_EQ(read.outcome.damaged, 0u) << step;
  }
}

TEST(EvtxReader, leaves_out_an_optional_element_whose_value_is_null) {
  EvtxChunkWriter chunk;
  const EvtxValue null{"OptionalReason", uint8_t(ValueType::kNull), {}};
  ASSERT_TRUE(chunk.add(1, 1, {null, text_value("Image", "")}));
  ASSERT_TRUE(chunk.add(2, 1, {text_value("OptionalReason", "why"), text_value("Image", "x")}));
  const TestRead read = read_evtx(evtx_file({chunk.finish()}));
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[0]["OptionalReason"], "(absent)");
  EXPECT_EQ(read.records[0]["Image"], "") << "an empty text is a field all the same";
  EXPECT_EQ(read.records[1]["OptionalReason"], "why");
}

TEST(EvtxReader, repeats_a_field_for_each_element_of_an_array) {
  EvtxChunkWriter chunk;
  const std::string two("first\0second\0", 13);
  EvtxValue strings = text_value("", two);
  strings.type |= kArrayBit;
  EvtxValue ports{"Ports", uint8_t(ValueType::kUint16) | kArrayBit, {80, 0, 0xbb, 1}};
  ASSERT_TRUE(chunk.add(1, 1, {strings, ports}));
  const TestRead read = read_evtx(evtx_file({chunk.finish()}));
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0].count("Data"), 2u);
  EXPECT_EQ(read.records[0]["Data"], "first");
  EXPECT_EQ(read.records[0].fields.back(), (std::pair<std::string, std::string>{"Ports", "443"}));
}

TEST(EvtxReader, a_value_that_does_not_fit_its_type_damages_one_record) {
  EvtxChunkWriter chunk;
  ASSERT_TRUE(chunk.add(1, 1, {{"A", uint8_t(ValueType::kGuid), {1, 2, 3}}}));
  ASSERT_TRUE(chunk.add(2, 1, process_values("x")));
  const TestRead read = read_evtx(evtx_file({chunk.finish()}));
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0]["EventRecordID"], "2");
  EXPECT_EQ(read.outcome.damaged, 1u);
  ASSERT_EQ(read.outcome.listed.size(), 1u);
  EXPECT_EQ(read.outcome.listed[0].offset, 4096u + 512u);
}

TEST(EvtxReader, goes_on_after_a_record_that_was_overwritten) {
  const EvtxChunkWriter chunk = three_records();
  auto file = evtx_file({chunk.finish()});
  file[4096 + 512] = 'X';  // the first record's magic
  const TestRead read = read_evtx(file);
  EXPECT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.outcome.damaged, 1u);
  EXPECT_EQ(read.outcome.bad_checksums, 1u) << "of the chunk's records";
}

TEST(EvtxReader, a_wrong_checksum_does_not_keep_records_back) {
  auto file = evtx_file({three_records().finish()});
  file[4096 + 124] ^= 1;
  file[124] ^= 1;
  const TestRead read = read_evtx(file);
  EXPECT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.outcome.bad_checksums, 2u);
  EXPECT_EQ(read.outcome.damaged, 0u);
}

TEST(EvtxReader, reads_a_chunk_whose_header_was_never_written_out) {
  auto chunk = three_records().finish();
  std::fill(chunk.begin() + 8, chunk.begin() + 128, uint8_t{0});
  const TestRead read = read_evtx(evtx_file({chunk}));
  EXPECT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.outcome.damaged, 0u);
  EXPECT_EQ(read.outcome.bad_checksums, 1u);
}

TEST(EvtxReader, passes_over_unused_chunks_and_counts_others) {
  const std::vector<uint8_t> unused(65536, 0), garbage(65536, 'x');
  const TestRead read = read_evtx(evtx_file({unused, garbage, three_records().finish()}));
  EXPECT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.outcome.damaged, 1u);
  ASSERT_EQ(read.outcome.listed.size(), 1u);
  EXPECT_EQ(read.outcome.listed[0].offset, 4096u + 65536u);
}

TEST(EvtxReader, reads_a_carved_chunk) {
  EXPECT_EQ(read_evtx(three_records().finish()).records.size(), 3u);
}

TEST(EvtxReader, cut_off_anywhere_it_gives_the_whole_records_before) {
  const EvtxChunkWriter chunk = three_records();
  const auto file = evtx_file({chunk.finish()});
  const size_t records_end = 4096 + chunk.size();
  size_t records_before = 0;
  for (size_t length = 0; length < records_end + 64; ++length) {
    const TestRead read =
        read_evtx({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)});
    EXPECT_GE(read.records.size(), records_before) << length;
    records_before = read.records.size();
    if (length > 0 && length < records_end && length != 4096) {
      EXPECT_GE(read.outcome.damaged, 1u) << length;
    }
    if (length < records_end) {
      EXPECT_LT(read.records.size(), 3u) << length;
    }
  }
  EXPECT_EQ(records_before, 3u);
}

TEST(EvtxReader, survives_every_single_byte_turned) {
  const EvtxChunkWriter chunk = three_records();
  auto carved = chunk.finish();
  carved.resize(chunk.size());
  for (size_t at = 0; at < carved.size(); ++at) {
    for (const uint8_t value : {uint8_t{0}, uint8_t{0xff}, uint8_t(carved[at] ^ 0x40)}) {
      const uint8_t was = std::exchange(carved[at], value);
      EXPECT_LE(read_evtx(carved).records.size(), 3u) << at;
      carved[at] = was;
    }
  }
}

}  // namespace
}  // namespace picket::sensor::replay
