// SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace picket {
namespace {

template <typename T>
std::string written(const T& value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

TEST(JsonWriter, NestsWithCommasInPlace) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("a", 1).key("b").begin_array();
  json.value(1).value("x").begin_array().end_array().begin_object().end_object().null();
  json.end_array().member("c", true).key("d").begin_object().member("e", false).end_object();
  json.member("f", "last").end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[1,"x",[],{},null],"c":true,"d":{"e":false},"f":"last"})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "first ";
  JsonWriter(out).begin_array().value(1).end_array();
  EXPECT_EQ(out, "first [1]");
}

TEST(JsonWriter, EmptyMembersMayBeLeftOut) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member_if("a", "")
      .member_if("b", "x")
      .member_if("c", "")
      .end_object();
  EXPECT_EQ(out, R"({"b":"x"})");
}

TEST(JsonWriter, NumbersToTheirEdges) {
  EXPECT_EQ(written(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(int8_t{-1}), "-1");
  EXPECT_EQ(written(uint8_t{200}), "200");
  EXPECT_EQ(written(0.5), "0.5");
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(0.1), "0.1");  // the shortest text that reads back the same
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(std::nan("")), "null");
}

TEST(JsonWriter, BooleansAreNotNumbersAndLiteralsAreText) {
  EXPECT_EQ(written(true), "true");
  std::string out;
  JsonWriter(out).value("text");
  EXPECT_EQ(out, "\"text\"");
}

TEST(JsonWriter, EscapesWhatJsonMustNotHold) {
  EXPECT_EQ(written(std::string("a\"b\\c/\n\r\t")), R"("a\"b\\c/\n\r\t")");
  EXPECT_EQ(written(std::string("\x01\x1f\x7f", 3)), R"("\u0001\u001f\u007f")");
  EXPECT_EQ(written(std::string("\0", 1)), R"("\u0000")");
  EXPECT_EQ(written(std::string()), "\"\"");
}

TEST(JsonWriter, KeysAreEscapedToo) {
  std::string out;
  JsonWriter(out).begin_object().member("a\"\n", 1).end_object();
  EXPECT_EQ(out, R"({"a\"\n":1})");
}

TEST(JsonWriter, ValidUtf8StaysAsItIs) {
  const std::string text = "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80";
  EXPECT_EQ(written(text), "\"" + text + "\"");
}

TEST(JsonWriter, EachInvalidByteBecomesTheReplacementCharacter) {
  const std::string kReplaced = "\xef\xbf\xbd";
  EXPECT_EQ(written(std::string("a\xff"
                                "b")),
            "\"a" + kReplaced + "b\"");
  EXPECT_EQ(written(std::string("\xc3")), "\"" + kReplaced + "\"");                  // cut short
  EXPECT_EQ(written(std::string("\xc0\xaf")), "\"" + kReplaced + kReplaced + "\"");  // overlong
  EXPECT_EQ(written(std::string("\xed\xa0\x80")),
            "\"" + kReplaced + kReplaced + kReplaced + "\"");              // surrogate
  EXPECT_EQ(written(std::string("\xc3\"")), "\"" + kReplaced + "\\\"\"");  // eats no quote
}

}  // namespace
}  // namespace picket
