// SPDX-License-Identifier: Apache-2.0
#include "event/log_record.h"

#include <gtest/gtest.h>

#include <string>

namespace picket::event {
namespace {

constexpr size_t kChunk = 64 * 1024;  // as the record allocates

TEST(LogRecord, KeepsCopies) {
  LogRecord record;
  std::string text = "value";
  record.add("Name", record.keep(text));
  text.assign("other");
  ASSERT_EQ(record.fields().size(), 1u);
  EXPECT_EQ(record.fields()[0].name, "Name");
  EXPECT_EQ(record.fields()[0].value, "value");
  EXPECT_EQ(record.fields()[0].type, LogField::Type::kText);
}

TEST(LogRecord, ViewsSurviveGrowth) {
  LogRecord record;
  std::vector<std::string> expected;
  std::vector<std::string_view> kept;
  for (size_t i = 0; i < 5000; ++i) {
    expected.push_back(std::to_string(i) + std::string(i % 97, 'x'));
    kept.push_back(record.keep(expected.back()));
  }
  for (size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(kept[i], expected[i]);
}

TEST(LogRecord, TextsLargerThanAChunkAreKeptWhole) {
  LogRecord record;
  const std::string_view before = record.keep("before");
  const std::string large(3 * kChunk + 1, 'l');
  const std::string exact(kChunk, 'e');
  const std::string_view kept_large = record.keep(large);
  const std::string_view kept_exact = record.keep(exact);
  const std::string_view after = record.keep("after");
  EXPECT_EQ(kept_large, large);
  EXPECT_EQ(kept_exact, exact);
  EXPECT_EQ(before, "before");
  EXPECT_EQ(after, "after");
}

TEST(LogRecord, EmptyTextTakesNoRoom) {
  LogRecord record;
  EXPECT_TRUE(record.keep("").empty());
  EXPECT_TRUE(record.keep({}).empty());
}

TEST(LogRecord, FindsTheFirstOfAName) {
  LogRecord record;
  record.add("Image", "a");
  record.add("Image", "b", LogField::Type::kNumber);
  record.add("image", "c");
  ASSERT_NE(record.find("Image"), nullptr);
  EXPECT_EQ(record.find("Image")->value, "a");
  EXPECT_EQ(record.find("image")->value, "c");
  EXPECT_EQ(record.find("IMAGE"), nullptr);
  EXPECT_EQ(record.find(""), nullptr);
  EXPECT_EQ(record.fields().size(), 3u);
}

TEST(LogRecord, ClearForgetsEverythingAndReusesItsMemory) {
  LogRecord record;
  record.origin.product = "windows";
  record.origin.event_id = 4688;
  record.time = WallTime{5};
  record.computer = record.keep("host");
  record.add("A", "1");
  const char* place = record.computer.data();
  record.keep(std::string(2 * kChunk, 'x'));
  record.clear();
  EXPECT_TRUE(record.fields().empty());
  EXPECT_EQ(record.find("A"), nullptr);
  EXPECT_FALSE(record.time);
  EXPECT_TRUE(record.computer.empty());
  EXPECT_TRUE(record.origin.product.empty());
  EXPECT_EQ(record.origin.event_id, 0u);
  EXPECT_EQ(record.keep("again").data(), place);
}

}  // namespace
}  // namespace picket::event
