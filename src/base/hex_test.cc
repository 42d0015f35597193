// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"

#include <gtest/gtest.h>

namespace picket {
namespace {

TEST(Hex, ThereAndBack) {
  const std::string bytes(
      "\0\x7f\xff"
      "a",
      4);
  EXPECT_EQ(hex_of(as_bytes(bytes)), "007fff61");
  EXPECT_EQ(bytes_of_hex("007fff61"), bytes);
  EXPECT_EQ(bytes_of_hex(""), "");
}

TEST(Hex, RefusesWhatIsNone) {
  for (const char* text : {"0", "0g", "0A", "zz"}) EXPECT_FALSE(bytes_of_hex(text)) << text;
}

}  // namespace
}  // namespace picket
