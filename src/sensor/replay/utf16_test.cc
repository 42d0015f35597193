// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/utf16.h"

#include <gtest/gtest.h>

#include <vector>

namespace picket::sensor::replay {
namespace {

std::string converted(const std::u16string& text) {
  std::vector<uint8_t> bytes;
  for (const char16_t unit : text) {
    bytes.push_back(static_cast<uint8_t>(unit & 0xff));
    bytes.push_back(static_cast<uint8_t>(unit >> 8));
  }
  std::string out = "<";
  append_utf16(bytes, out);
  return out;
}

// Four units at a time and one by one come to the same, wherever a run of ASCII ends.
TEST(Utf16, EveryLengthOfAsciiAroundEveryOther) {
  const std::pair<std::u16string, std::string> others[] = {
      {u"\u00e4", "\xc3\xa4"},                      // two bytes
      {u"\u0100", "\xc4\x80"},                      // its low byte is zero
      {u"\u0142", "\xc5\x82"},                      // its low byte is a letter's
      {u"\u20ac", "\xe2\x82\xac"},                  // three
      {u"\U0001f600", "\xf0\x9f\x98\x80"},          // a pair of surrogates
      {std::u16string(1, 0xd83d), "\xef\xbf\xbd"},  // half of one
  };
  const std::u16string wide = u"abcdefghijklm";
  const std::string narrow = "abcdefghijklm";
  for (size_t before = 0; before <= narrow.size(); ++before) {
    EXPECT_EQ(converted(wide.substr(0, before)), "<" + narrow.substr(0, before));
    for (const auto& [unit, bytes] : others)
      EXPECT_EQ(converted(wide.substr(0, before) + unit + wide),
                "<" + narrow.substr(0, before) + bytes + narrow);
  }
}

TEST(Utf16, AnOddByteAtTheEndIsLeftOut) {
  const uint8_t bytes[] = {'a', 0, 'b'};
  std::string out;
  append_utf16(bytes, out);
  EXPECT_EQ(out, "a");
}

}  // namespace
}  // namespace picket::sensor::replay
