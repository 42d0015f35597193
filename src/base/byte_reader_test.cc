// SPDX-License-Identifier: Apache-2.0
#include "base/byte_reader.h"

#include <gtest/gtest.h>

#include <array>

namespace picket {
namespace {

constexpr std::array<uint8_t, 8> kBytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xff};

TEST(ByteReader, NumbersAreBigEndian) {
  ByteReader reader(kBytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506u);
  EXPECT_EQ(reader.offset(), 6u);
  EXPECT_EQ(reader.remaining(), 2u);
  reader.seek(0);
  EXPECT_EQ(reader.u32(), 0x01020304u);
  reader.seek(0);
  EXPECT_EQ(reader.u64(), 0x01020304050607ffu);
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_FALSE(reader.failed());
}

// Every width at every distance from the end: it reads or it fails, and says which.
TEST(ByteReader, NeverReadsPastTheEnd) {
  using Read = uint64_t (*)(ByteReader&);
  const std::pair<size_t, Read> kReads[] = {{1, [](ByteReader& r) { return uint64_t{r.u8()}; }},
                                            {2, [](ByteReader& r) { return uint64_t{r.u16()}; }},
                                            {3, [](ByteReader& r) { return uint64_t{r.u24()}; }},
                                            {4, [](ByteReader& r) { return uint64_t{r.u32()}; }},
                                            {8, [](ByteReader& r) { return r.u64(); }}};
  for (size_t size = 0; size <= kBytes.size(); ++size) {
    for (const auto& [width, read] : kReads) {
      ByteReader reader(Bytes(kBytes).first(size));
      const uint64_t value = read(reader);
      EXPECT_EQ(reader.failed(), width > size);
      EXPECT_EQ(reader.offset(), width > size ? 0u : width);
      if (width > size)
        EXPECT_EQ(value, 0u);
      else
        EXPECT_NE(value, 0u);
    }
  }
}

TEST(ByteReader, FailureIsForGood) {
  ByteReader reader(kBytes);
  reader.skip(7);
  EXPECT_EQ(reader.u16(), 0u);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0u);  // there would be one left
  EXPECT_TRUE(reader.take(1).empty());
  reader.seek(0);
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_TRUE(reader.failed());
}

TEST(ByteReader, TakeSkipAndSeek) {
  ByteReader reader(kBytes);
  const Bytes view = reader.take(3);
  EXPECT_EQ(view.data(), kBytes.data());
  EXPECT_EQ(view.size(), 3u);
  reader.skip(4);
  EXPECT_EQ(reader.u8(), 0xff);
  EXPECT_TRUE(reader.take(0).empty());
  EXPECT_FALSE(reader.failed());
  reader.seek(8);
  EXPECT_FALSE(reader.failed());
  reader.seek(9);
  EXPECT_TRUE(reader.failed());
}

TEST(ByteReader, AbsurdCountsDoNotWrap) {
  for (const size_t count : {size_t{9}, SIZE_MAX, SIZE_MAX - 7}) {
    ByteReader taking(kBytes);
    taking.u8();
    EXPECT_TRUE(taking.take(count).empty());
    EXPECT_TRUE(taking.failed());
    ByteReader skipping(kBytes);
    skipping.u8();
    skipping.skip(count);
    EXPECT_TRUE(skipping.failed());
    EXPECT_EQ(skipping.offset(), 1u);
  }
}

TEST(ByteReader, NothingToRead) {
  ByteReader reader({});
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_TRUE(reader.failed());
}

TEST(Bytes, AsTextAndBack) {
  const std::string_view text("a\0\xff", 3);
  EXPECT_EQ(as_text(as_bytes(text)), text);
}

}  // namespace
}  // namespace picket
