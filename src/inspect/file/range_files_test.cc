// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/range_files.h"

#include <gtest/gtest.h>

namespace picket::inspect {
namespace {

constexpr WallTime kNow{1'000'000'000'000};

std::unique_ptr<FileBody> add(RangeFiles& files, std::string_view key, uint64_t start,
                              uint64_t total, std::string_view bytes, WallTime now = kNow) {
  return files.add({key, start, total, as_bytes(bytes)}, as_bytes("name"), {FileHash::kMd5}, now);
}

TEST(RangeFiles, WholeOnceEveryByteIsThere) {
  RangeFiles files;
  EXPECT_EQ(add(files, "h/f", 4, 9, "efg"), nullptr);
  EXPECT_EQ(add(files, "h/g", 0, 9, "other"), nullptr);
  EXPECT_EQ(add(files, "h/f", 0, 9, "abc"), nullptr);
  EXPECT_EQ(add(files, "h/f", 6, 9, "gXi"), nullptr);  // the byte at 3 is missing
  const auto whole = add(files, "h/f", 2, 9, "cd");
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(as_text(whole->window()), "abcdefgXi");
  EXPECT_EQ(whole->state(), FileBody::State::kClosed);
  EXPECT_TRUE(whole->hash_hex(FileHash::kMd5).has_value());
  EXPECT_EQ(files.size(), 1u);
  EXPECT_EQ(files.bytes(), 5u);
}

TEST(RangeFiles, WhatDoesNotFitIsRefused) {
  RangeFiles files;
  EXPECT_EQ(add(files, "k", 5, 5, "x"), nullptr);
  EXPECT_EQ(add(files, "k", 4, 5, "xy"), nullptr);
  EXPECT_EQ(add(files, "k", 0, 0, "x"), nullptr);
  EXPECT_EQ(files.size(), 0u);
  EXPECT_EQ(add(files, "k", 0, 10, "abc"), nullptr);
  EXPECT_EQ(add(files, "k", 0, 4, "ab"), nullptr);  // another length: another file
  EXPECT_NE(add(files, "k", 2, 4, "cd"), nullptr);
  EXPECT_EQ(files.bytes(), 0u);
}

TEST(RangeFiles, OldestGoesAtTheBoundsAndWithTime) {
  RangeFiles files;
  for (size_t i = 0; i <= RangeFiles::kFilesMax; ++i)
    add(files, "k" + std::to_string(i), 0, 10, "x", WallTime{kNow.ns + static_cast<int64_t>(i)});
  EXPECT_EQ(files.size(), RangeFiles::kFilesMax);
  const std::string block(1 << 20, 'x');
  for (size_t i = 0; i < 40; ++i)
    add(files, "b" + std::to_string(i), 0, 2 << 20, block,
        WallTime{kNow.ns + 10'000 + static_cast<int64_t>(i)});
  EXPECT_LE(files.bytes(), RangeFiles::kBytesMax);
  add(files, "late", 0, 10, "x", WallTime{kNow.ns + static_cast<int64_t>(2 * RangeFiles::kKeptNs)});
  EXPECT_EQ(files.size(), 1u);
}

TEST(RangeFiles, PiecesBeyondTheBoundGiveTheFileUp) {
  RangeFiles files;
  for (size_t i = 0; i < RangeFiles::kPiecesMax; ++i) add(files, "k", 2 * i, 1 << 20, "x");
  EXPECT_EQ(files.size(), 1u);
  add(files, "k", 2 * RangeFiles::kPiecesMax, 1 << 20, "x");
  EXPECT_EQ(files.size(), 0u);
  EXPECT_EQ(files.bytes(), 0u);
}

}  // namespace
}  // namespace picket::inspect
