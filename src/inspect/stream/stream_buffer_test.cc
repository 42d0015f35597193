// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/stream_buffer.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace picket::inspect::stream {
namespace {

std::string all_of(const StreamBuffer& buffer) {
  return std::string(as_text(buffer.bytes(buffer.begin(), buffer.end())));
}
uint8_t put(StreamBuffer& buffer, uint64_t offset, std::string_view words,
            OverlapPolicy policy = OverlapPolicy::kFirst) {
  return buffer.insert(offset, as_bytes(words), policy);
}

TEST(StreamBuffer, PutsBytesInOrder) {
  StreamBuffer buffer;
  EXPECT_EQ(put(buffer, 0, "ab"), StreamBuffer::kAdded);
  EXPECT_EQ(put(buffer, 4, "ef"), StreamBuffer::kAdded);
  EXPECT_EQ(all_of(buffer), "ab");
  EXPECT_TRUE(buffer.has_hole());
  EXPECT_EQ(buffer.hole_end(), 4u);
  EXPECT_EQ(put(buffer, 2, "cd"), StreamBuffer::kAdded);
  EXPECT_EQ(all_of(buffer), "abcdef");
  EXPECT_EQ(put(buffer, 1, "bc"), StreamBuffer::kRepeats);
  EXPECT_EQ(buffer.regions_max(), 2u);
}

TEST(StreamBuffer, SettledBytesNeverChange) {
  StreamBuffer buffer;
  put(buffer, 0, "good");
  buffer.settle(4);
  const uint8_t outcome = put(buffer, 0, "evil", OverlapPolicy::kLast);
  EXPECT_TRUE(outcome & StreamBuffer::kDiffers);
  EXPECT_TRUE(outcome & StreamBuffer::kBeforeSettled);
  EXPECT_EQ(all_of(buffer), "good");
}

TEST(StreamBuffer, ReceiversDifferInWhoseBytesHold) {
  const auto result = [](OverlapPolicy policy, uint64_t at, std::string_view later) {
    StreamBuffer buffer;
    put(buffer, 4, "OLDOLD", policy);  // beyond a hole, so that nothing is settled
    EXPECT_TRUE(put(buffer, at, later, policy) & StreamBuffer::kDiffers);
    put(buffer, 0, "....", OverlapPolicy::kFirst);
    return all_of(buffer);
  };
  // The later segment begins before the older one.
  EXPECT_EQ(result(OverlapPolicy::kBsd, 2, "newnew"), "..newnewLD");
  EXPECT_EQ(result(OverlapPolicy::kFirst, 2, "newnew"), "..neOLDOLD");
  // ... with it, and ends later.
  EXPECT_EQ(result(OverlapPolicy::kLinux, 4, "newnewne"), "....newnewne");
  EXPECT_EQ(result(OverlapPolicy::kBsd, 4, "newnewne"), "....OLDOLDne");
  // ... inside it.
  EXPECT_EQ(result(OverlapPolicy::kLast, 5, "new"), "....OnewLD");
  EXPECT_EQ(result(OverlapPolicy::kSolaris, 5, "new"), "....OLDOLD");
}

TEST(StreamBuffer, GoesOnBehindAHoleThatStays) {
  StreamBuffer buffer;
  put(buffer, 0, "ab");
  put(buffer, 10, "kl");
  buffer.skip_to(buffer.hole_end());
  EXPECT_EQ(buffer.begin(), 10u);
  EXPECT_EQ(all_of(buffer), "kl");
  EXPECT_EQ(put(buffer, 4, "late"), StreamBuffer::kBeforeSettled | StreamBuffer::kRepeats);
}

TEST(StreamBuffer, RestingLosesNothing) {
  StreamBuffer buffer;
  put(buffer, 0, "abc");
  put(buffer, 5, "fg");
  buffer.rest();
  EXPECT_EQ(all_of(buffer), "abc");
  put(buffer, 3, "de");
  buffer.release(7);
  buffer.rest();
  put(buffer, 7, "hi");
  EXPECT_EQ(all_of(buffer), "hi");
}

TEST(StreamBuffer, DropsWhatItHasNoRoomFor) {
  StreamBuffer buffer;
  uint8_t outcome = 0;
  for (size_t i = 0; i <= StreamBuffer::kPiecesMax; ++i) outcome = put(buffer, 10 + i * 2, "x");
  EXPECT_EQ(outcome, StreamBuffer::kNoRoom);
  StreamBuffer wide;
  const std::string chunk(64 * 1024, 'y');
  for (size_t i = 0; i * chunk.size() <= StreamBuffer::kWaitingBytesMax; ++i)
    outcome = put(wide, 10 + i * (chunk.size() + 1), chunk);
  EXPECT_EQ(outcome, StreamBuffer::kNoRoom);
}

// Random segments, releases and settling, against a map of bytes.
TEST(StreamBuffer, AgreesWithAPlainModel) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 2000; ++round) {
    const OverlapPolicy policy = round % 2 ? OverlapPolicy::kFirst : OverlapPolicy::kLast;
    StreamBuffer buffer;
    std::map<uint64_t, char> model;
    uint64_t settled = 0;
    for (int step = 0; step < 40; ++step) {
      const uint64_t offset = random() % 60;
      std::string words;
      for (size_t size = 1 + random() % 20; size > 0; --size)
        words += static_cast<char>('a' + random() % 26);
      put(buffer, offset, words, policy);
      for (size_t i = 0; i < words.size(); ++i) {
        const auto [at, fresh] = model.try_emplace(offset + i, words[i]);
        if (!fresh && policy == OverlapPolicy::kLast && offset + i >= settled)
          at->second = words[i];
      }
      uint64_t end = 0;
      while (model.contains(end)) ++end;
      ASSERT_EQ(buffer.end(), end);
      for (uint64_t i = buffer.begin(); i < end; ++i)
        ASSERT_EQ(buffer.bytes(i, i + 1)[0], static_cast<uint8_t>(model[i])) << "offset " << i;
      if (random() % 4 == 0) {
        settled = std::max(settled, random() % (end + 1));
        buffer.settle(settled);
        if (random() % 2) buffer.release(random() % (settled + 1));
      }
    }
  }
}

}  // namespace
}  // namespace picket::inspect::stream
