// SPDX-License-Identifier: Apache-2.0
#include "inspect/first_bytes.h"

#include <gtest/gtest.h>

#include <string>

#include "base/counter.h"

namespace picket::inspect {
namespace {

TEST(FirstBytes, OutOfOrderOverlappingAndRepeated) {
  FirstBytes stream;
  EXPECT_FALSE(stream.add(6, as_bytes("world")));
  EXPECT_EQ(stream.prefix().size(), 0u);
  EXPECT_TRUE(stream.add(0, as_bytes("hel")));
  EXPECT_EQ(as_text(stream.prefix()), "hel");
  EXPECT_FALSE(stream.add(0, as_bytes("hel")));
  EXPECT_TRUE(stream.add(2, as_bytes("llo wo")));
  EXPECT_EQ(as_text(stream.prefix()), "hello world");
  stream.append(as_bytes("!"));
  EXPECT_EQ(as_text(stream.prefix()), "hello world!");
  EXPECT_FALSE(stream.add(3, {}));
}

TEST(FirstBytes, FirstToComeStays) {
  FirstBytes stream;
  const uint64_t before = Counter::value_of("weird.stream.overlap_differs");
  stream.add(2, as_bytes("CD"));
  stream.add(6, as_bytes("GH"));
  EXPECT_EQ(Counter::value_of("weird.stream.overlap_differs"), before);
  stream.add(0, as_bytes("abcdefghij"));
  EXPECT_EQ(as_text(stream.prefix()), "abCDefGHij");
  EXPECT_EQ(Counter::value_of("weird.stream.overlap_differs"), before + 1);
}

TEST(FirstBytes, EveryOrderOfPiecesGivesTheSame) {
  const std::string text = "0123456789abcdef";
  for (unsigned seed = 0; seed < 200; ++seed) {
    FirstBytes stream;
    uint32_t state = seed * 2654435761u + 1;
    const auto random = [&](size_t below) {
      state = state * 1664525u + 1013904223u;
      return (state >> 8) % below;
    };
    for (int i = 0; i < 40; ++i) {
      const size_t from = random(text.size());
      stream.add(from, as_bytes(std::string_view(text).substr(from, 1 + random(5))));
      EXPECT_EQ(as_text(stream.prefix()), text.substr(0, stream.prefix().size()));
    }
    for (size_t from = 0; from < text.size(); from += 4)
      stream.add(from, as_bytes(std::string_view(text).substr(from, 4)));
    EXPECT_EQ(as_text(stream.prefix()), text);
  }
}

TEST(FirstBytes, BoundOfBytes) {
  FirstBytes stream;
  const uint64_t before = Counter::value_of("inspect.stream_bytes_beyond");
  const std::string most(kFirstBytesMax - 1, 'x');
  EXPECT_TRUE(stream.add(0, as_bytes(most)));
  EXPECT_FALSE(stream.full());
  EXPECT_EQ(Counter::value_of("inspect.stream_bytes_beyond"), before);
  EXPECT_TRUE(stream.add(kFirstBytesMax - 1, as_bytes("yz")));
  EXPECT_TRUE(stream.full());
  EXPECT_EQ(stream.prefix().size(), kFirstBytesMax);
  EXPECT_FALSE(stream.add(kFirstBytesMax, as_bytes("z")));
  EXPECT_FALSE(stream.add(0xffffffffu, as_bytes("z")));
  EXPECT_EQ(Counter::value_of("inspect.stream_bytes_beyond"), before + 3);
}

TEST(FirstBytes, BoundOfGaps) {
  FirstBytes stream;
  const uint64_t before = Counter::value_of("inspect.stream_gaps_dropped");
  for (size_t i = 1; i <= kGapsMax; ++i) stream.add(10 * i, as_bytes("x"));
  EXPECT_EQ(Counter::value_of("inspect.stream_gaps_dropped"), before);
  EXPECT_FALSE(stream.add(10 * (kGapsMax + 1), as_bytes("x")));
  EXPECT_EQ(Counter::value_of("inspect.stream_gaps_dropped"), before + 1);
  EXPECT_FALSE(stream.add(11, as_bytes("y")));  // grows a run: makes no new one
  EXPECT_EQ(Counter::value_of("inspect.stream_gaps_dropped"), before + 1);
}

TEST(FirstBytesTable, EvictsTheOldest) {
  FirstBytesTable table(3);
  const uint64_t before = Counter::value_of("inspect.streams_evicted");
  for (uint64_t cookie : {1, 2, 3}) table.open(cookie).append(as_bytes("x"));
  table.open(1);
  EXPECT_EQ(Counter::value_of("inspect.streams_evicted"), before);
  table.open(4);
  EXPECT_EQ(Counter::value_of("inspect.streams_evicted"), before + 1);
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_NE(table.find(2), nullptr);
  table.erase(2);
  table.erase(2);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(as_text(table.open(3).prefix()), "x");
}

}  // namespace
}  // namespace picket::inspect
