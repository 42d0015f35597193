// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/mmdb_data.h"

#include <gtest/gtest.h>

#include "detect/intel/mmdb_for_tests.h"

namespace picket::detect::intel {
namespace {

TEST(MmdbData, PlainValues) {
  const MmdbBytes bytes =
      mmdb::joined({mmdb::text("hello"), mmdb::u32(64500), mmdb::u64(1ull << 40)});
  const MmdbData data(bytes);
  EXPECT_EQ(data.string(*data.at(0)), "hello");
  EXPECT_EQ(data.number(*data.at(6)), 64500u);
  EXPECT_EQ(data.number(*data.at(9)), 1ull << 40);
  EXPECT_EQ(data.string(*data.at(6)), std::nullopt);
  EXPECT_EQ(data.number(*data.at(0)), std::nullopt);
  EXPECT_FALSE(data.at(bytes.size()));
  EXPECT_FALSE(data.at(bytes.size() + 1000));
}

TEST(MmdbData, LongSizes) {
  for (const size_t size : {size_t{28}, size_t{29}, size_t{284}}) {
    const std::string text(size, 'x');
    const MmdbBytes bytes = mmdb::text(text);
    EXPECT_EQ(MmdbData(bytes).string(*MmdbData(bytes).at(0)), text);
  }
  MmdbBytes two_bytes{0x40 | 30, 0, 1};
  two_bytes.resize(3 + 286, 'y');
  EXPECT_EQ(MmdbData(two_bytes).at(0)->size, 286u);
  MmdbBytes three_bytes{0x40 | 31, 0, 0, 2};
  three_bytes.resize(4 + 65823, 'z');
  EXPECT_EQ(MmdbData(three_bytes).at(0)->size, 65823u);
  three_bytes.pop_back();
  EXPECT_FALSE(MmdbData(three_bytes).at(0));
}

TEST(MmdbData, PointersOfEveryWidth) {
  MmdbBytes bytes(526336 + 600, 0);
  const auto plant = [&](size_t at, const MmdbBytes& value) {
    std::copy(value.begin(), value.end(), bytes.begin() + static_cast<ptrdiff_t>(at));
  };
  plant(300, mmdb::text("near"));
  plant(2048 + 70000, mmdb::text("mid"));
  plant(526336 + 500, mmdb::text("far"));
  plant(0, {0x20 | 1, 300 - 256});
  plant(10, {0x28 | 1, (70000 - 65536) >> 8, (70000 - 65536) & 0xff});
  plant(20, {0x30, 0, 500 >> 8, 500 & 0xff});
  plant(30, {0x38, 0, 0, 1, 300 - 256});
  const MmdbData data(bytes);
  EXPECT_EQ(data.string(*data.at(0)), "near");
  EXPECT_EQ(data.string(*data.at(10)), "mid");
  EXPECT_EQ(data.string(*data.at(20)), "far");
  EXPECT_EQ(data.string(*data.at(30)), "near");
}

TEST(MmdbData, PointerChainIsBounded) {
  MmdbBytes bytes = mmdb::text("x");
  for (size_t i = 0; i <= kMmdbPointersMax; ++i)
    bytes = mmdb::joined({bytes, mmdb::pointer(i == 0 ? 0 : 2 + 2 * (i - 1))});
  const MmdbData data(bytes);
  EXPECT_TRUE(data.at(2 + 2 * (kMmdbPointersMax - 1)));
  EXPECT_FALSE(data.at(2 + 2 * kMmdbPointersMax));
}

TEST(MmdbData, FindStepsOverNestedValues) {
  const MmdbBytes bytes =
      mmdb::map({{"a", mmdb::array({mmdb::map({{"want", mmdb::text("inner")}}), mmdb::u16(1)})},
                 {"flag", {1, 7}},
                 {"want", mmdb::text("outer")}});
  const MmdbData data(bytes);
  EXPECT_EQ(data.string(*data.find(*data.at(0), "want")), "outer");
  EXPECT_FALSE(data.find(*data.at(0), "wan"));
  EXPECT_FALSE(data.find(*data.find(*data.at(0), "want"), "want"));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const MmdbBytes cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    const auto root = MmdbData(cut).at(0);
    EXPECT_FALSE(root && MmdbData(cut).find(*root, "want")) << size;
  }
}

TEST(MmdbData, DepthAndStepsAreBounded) {
  const auto nested = [](size_t depth) {
    MmdbBytes out;
    for (size_t i = 0; i < depth; ++i) out.insert(out.end(), {1, 4});
    out.push_back(0x40);
    return out;
  };
  EXPECT_TRUE(MmdbData(nested(kMmdbDepthMax - 1)).is_shallow(0));
  EXPECT_FALSE(MmdbData(nested(kMmdbDepthMax)).is_shallow(0));
  EXPECT_FALSE(MmdbData(MmdbBytes{0xe1}).is_shallow(0));
  // A map of three whose first value takes more steps than are walked.
  MmdbBytes wide{static_cast<uint8_t>(7 << 5 | 2)};
  wide = mmdb::joined({wide, mmdb::text("a"), {30, 4, 0x20, 0}});  // an array of 8,477
  wide.resize(wide.size() + 285 + 0x2000, 0x40);
  wide = mmdb::joined({wide, mmdb::text("b"), mmdb::text("c")});
  const MmdbData data(wide);
  ASSERT_TRUE(data.at(0));
  EXPECT_FALSE(data.find(*data.at(0), "b"));
  EXPECT_FALSE(data.is_shallow(0));
}

}  // namespace
}  // namespace picket::detect::intel
