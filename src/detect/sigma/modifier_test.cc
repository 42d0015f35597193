// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/modifier.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "detect/sigma/encoding.h"
#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

// One item `key: value`, against field F holding `value`.
bool item(const std::string& line, std::string_view value) {
  return detects("  s:\n    " + line + "\n  condition: s\n", {{"F", value}});
}

TEST(Modifier, PlainValuesAreWholeAndCaseless) {
  EXPECT_TRUE(item("F: PowerShell", "powershell"));
  EXPECT_FALSE(item("F: PowerShell", "powershell.exe"));
  EXPECT_TRUE(item("F: 'ÄRGER'", "ärger"));
  EXPECT_TRUE(item("F: 4688", "4688"));
  EXPECT_TRUE(item("F: 0x10", "16"));
  EXPECT_TRUE(item("F: 0x10", "0x10"));
  EXPECT_TRUE(item("F: true", "True"));
}

TEST(Modifier, Wildcards) {
  EXPECT_TRUE(item("F: 'a*c'", "abbbc"));
  EXPECT_TRUE(item("F: 'a?c'", "aéc"));
  EXPECT_FALSE(item("F: 'a?c'", "ac"));
  EXPECT_TRUE(item(R"(F: 'a\*c')", "a*c"));
  EXPECT_FALSE(item(R"(F: 'a\*c')", "abc"));
  EXPECT_TRUE(item(R"(F: 'C:\Windows\*.exe')", R"(c:\windows*.exe)"));  // \* is a plain star
  EXPECT_TRUE(item(R"(F: 'C:\Windows\\*.exe')", R"(c:\windows\x.exe)"));
  EXPECT_TRUE(item(R"(F: '\\\\server\share')", R"(\\server\share)"));
  EXPECT_TRUE(item("F: '*'", "anything"));
  EXPECT_TRUE(item("F: '*ab*ab'", "xabyab"));
  EXPECT_FALSE(item("F: '*ab*ab'", "xab"));
}

TEST(Modifier, ContainsStartsEnds) {
  EXPECT_TRUE(item("F|contains: DEF", "abcdefgh"));
  EXPECT_TRUE(item("F|startswith: ab", "ABC"));
  EXPECT_FALSE(item("F|startswith: bc", "ABC"));
  EXPECT_TRUE(item(R"(F|endswith: '\cmd.exe')", R"(C:\Windows\System32\CMD.EXE)"));
  EXPECT_FALSE(item(R"(F|endswith: '\cmd.exe')", R"(C:\cmd.exe.bak)"));
}

TEST(Modifier, AllTurnsAListAround) {
  EXPECT_TRUE(item("F|contains|all: [a, b]", "xxbxxa"));
  EXPECT_FALSE(item("F|contains|all: [a, b]", "xxb"));
  EXPECT_TRUE(item("F|contains: [a, b]", "xxb"));
}

TEST(Modifier, Cased) {
  EXPECT_TRUE(item("F|cased: AbC", "AbC"));
  EXPECT_FALSE(item("F|cased: AbC", "abc"));
  EXPECT_FALSE(item("F|contains|cased: AbC", "xabcx"));
  EXPECT_TRUE(item("F|contains|cased: AbC", "xAbCx"));
}

TEST(Modifier, RegularExpressions) {
  EXPECT_TRUE(item("F|re: 'ab+c'", "xxabbbcxx"));
  EXPECT_FALSE(item("F|re: 'ab+c'", "xxABBCxx"));
  EXPECT_TRUE(item("F|re|i: 'ab+c'", "xxABBCxx"));
  EXPECT_FALSE(item("F|re: 'a.c'", "a\nc"));
  EXPECT_TRUE(item("F|re|s: 'a.c'", "a\nc"));
  EXPECT_FALSE(item("F|re: '^b'", "a\nb"));
  EXPECT_TRUE(item("F|re|m: '^b'", "a\nb"));
  EXPECT_TRUE(item("F|re: '^[0-9]{3}$'", "123"));  // no literal to look for first
  EXPECT_TRUE(item("F|re: '(foo|bar)baz'", "xbarbaz"));
  EXPECT_NE(refusal("  s:\n    F|re: '(?<!a)b'\n  condition: s\n").find("regular expression"),
            std::string::npos);
}

TEST(Modifier, Cidr) {
  EXPECT_TRUE(item("F|cidr: 10.0.0.0/8", "10.1.2.3"));
  EXPECT_FALSE(item("F|cidr: 10.0.0.0/8", "11.1.2.3"));
  EXPECT_TRUE(item("F|cidr: 'fe80::/10'", "fe80::1"));
  EXPECT_FALSE(item("F|cidr: 10.0.0.0/8", "not an address"));
  EXPECT_NE(refusal("  s:\n    F|cidr: nonsense\n  condition: s\n"), "");
}

TEST(Modifier, WindashTriesEveryDash) {
  for (const char* dash : {"-", "/", "–", "—", "―"}) {
    EXPECT_TRUE(item("F|contains|windash: ' -enc '", std::string("x ") + dash + "enc y")) << dash;
    EXPECT_TRUE(item("F|windash: '/a -b'", std::string(dash) + "a /b")) << dash;
  }
  EXPECT_FALSE(item("F|contains|windash: 'a-b'", "a/b"));  // no flag: a word stands before
  std::string many = " -a";
  for (int i = 0; i < 8; ++i) many += " -a";
  EXPECT_NE(refusal("  s:\n    F|windash: '" + many + "'\n  condition: s\n").find("windash"),
            std::string::npos);
}

TEST(Modifier, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_TRUE(item("F|base64|contains: foo", "xx Zm9v yy"));
  for (const char* before : {"", "x", "xy", "xyz"}) {
    for (const char* after : {"", "q", "qr"}) {
      std::string text = base64(std::string(before) + "http://evil" + after);
      EXPECT_TRUE(item("F|base64offset|contains: 'http://evil'", text)) << text;
    }
  }
  EXPECT_NE(refusal("  s:\n    F|base64: 'a*'\n  condition: s\n").find("wildcards"),
            std::string::npos);
}

TEST(Modifier, Utf16) {
  using namespace std::string_literals;
  EXPECT_EQ(utf16("cmd", Utf16::kLittle), "c\0m\0d\0"s);
  EXPECT_EQ(utf16("cmd", Utf16::kBig), "\0c\0m\0d"s);
  EXPECT_EQ(utf16("c", Utf16::kMarked), "\xff\xfe"s + "c\0"s);
  EXPECT_EQ(utf16("\U0001F600", Utf16::kBig), "\xd8\x3d\xde\x00"s);
  EXPECT_TRUE(
      item("F|wide|base64offset|contains: 'IEX'", base64("x" + utf16("IEX", Utf16::kLittle))));
  EXPECT_TRUE(item("F|utf16be|contains: ab", "x\0a\0b"s));
  EXPECT_TRUE(item("F|utf16le|contains: ab", "a\0b\0"s));
  EXPECT_TRUE(item("F|utf16|base64: ab", base64("\xff\xfe"s + "a\0b\0"s)));
}

TEST(Modifier, Numbers) {
  EXPECT_TRUE(item("F|gt: 10", "11"));
  EXPECT_FALSE(item("F|gt: 10", "10"));
  EXPECT_TRUE(item("F|gte: 10", "10"));
  EXPECT_TRUE(item("F|lt: 10", "9.5"));
  EXPECT_TRUE(item("F|lte: 10", "0xa"));
  EXPECT_FALSE(item("F|lt: 10", "nine"));
  EXPECT_NE(refusal("  s:\n    F|lt: ten\n  condition: s\n"), "");
}

TEST(Modifier, Neq) {
  EXPECT_TRUE(item("F|neq: a", "b"));
  EXPECT_FALSE(item("F|neq: [a, b]", "b"));
  EXPECT_TRUE(detects("  s:\n    F|fieldref|neq: G\n  condition: s\n", {{"F", "a"}, {"G", "b"}}));
}

TEST(Modifier, DateParts) {
  constexpr const char* kWhen = "2025-12-03T07:42:38.210937Z";
  EXPECT_TRUE(item("F|minute: 42", kWhen));
  EXPECT_TRUE(item("F|hour: 7", kWhen));
  EXPECT_TRUE(item("F|day: 3", kWhen));
  EXPECT_TRUE(item("F|week: 49", kWhen));
  EXPECT_TRUE(item("F|month: 12", "2025-12-03 07:42:38"));
  EXPECT_TRUE(item("F|year: 2025", kWhen));
  EXPECT_TRUE(item("F|hour|lt: 8", kWhen));
  EXPECT_FALSE(item("F|hour: 7", "2025-12-03"));
  EXPECT_FALSE(item("F|day: 31", "2025-02-31"));
}

TEST(Modifier, ExistsNullEmpty) {
  EXPECT_TRUE(detects("  s:\n    G|exists: true\n  condition: s\n", {{"G", ""}}));
  EXPECT_TRUE(detects("  s:\n    G|exists: no\n  condition: s\n", {{"F", "x"}}));
  EXPECT_TRUE(detects("  s:\n    G: null\n  condition: s\n", {{"F", "x"}}));
  EXPECT_TRUE(detects("  s:\n    G:\n  condition: s\n", {{"F", "x"}}));
  EXPECT_FALSE(detects("  s:\n    F: null\n  condition: s\n", {{"F", ""}}));
  EXPECT_TRUE(detects("  s:\n    F: ''\n  condition: s\n", {{"F", ""}}));
  EXPECT_FALSE(detects("  s:\n    F: ''\n  condition: s\n", {{"F", "x"}}));
  BothWays null("title: t\nlogsource: {}\ndetection:\n  s:\n    F: null\n  condition: s\n");
  event::LogRecord record;
  record.add("F", "", event::LogField::Type::kNull);
  EXPECT_TRUE(null.matches(record));
}

TEST(Modifier, FieldReference) {
  EXPECT_TRUE(detects("  s:\n    F|fieldref: G\n  condition: s\n", {{"F", "ab"}, {"G", "AB"}}));
  EXPECT_TRUE(
      detects("  s:\n    F|fieldref|contains: G\n  condition: s\n", {{"F", "xaby"}, {"G", "ab"}}));
  EXPECT_TRUE(
      detects("  s:\n    F|fieldref|startswith: G\n  condition: s\n", {{"F", "aby"}, {"G", "ab"}}));
  EXPECT_FALSE(
      detects("  s:\n    F|fieldref|endswith: G\n  condition: s\n", {{"F", "aby"}, {"G", "ab"}}));
  EXPECT_FALSE(detects("  s:\n    F|fieldref: G\n  condition: s\n", {{"F", "ab"}}));
  EXPECT_NE(refusal("  s:\n    F|fieldref: ''\n  condition: s\n").find("names no field"),
            std::string::npos);
}

TEST(Modifier, ExpandWantsValues) {
  Placeholders placeholders;
  placeholders.set("admins", {"root", "adm_*"});
  EXPECT_TRUE(detects("  s:\n    F|expand: '%admins%'\n  condition: s\n", {{"F", "adm_joe"}},
                      placeholders));
  EXPECT_TRUE(detects("  s:\n    F|contains|expand: 'x%admins%y'\n  condition: s\n",
                      {{"F", "axrooty"}}, placeholders));
  EXPECT_FALSE(
      detects("  s:\n    F|expand: '%admins%'\n  condition: s\n", {{"F", "joe"}}, placeholders));
  EXPECT_NE(refusal("  s:\n    F|expand: '%admins%'\n  condition: s\n").find("%admins%"),
            std::string::npos);
}

TEST(Modifier, UnknownOnesAreNamed) {
  EXPECT_NE(refusal("  s:\n    F|sounds_like: a\n  condition: s\n").find("sounds_like"),
            std::string::npos);
  EXPECT_NE(refusal("  s:\n    F|i: a\n  condition: s\n"), "");
  EXPECT_NE(refusal("  s:\n    F|re|cidr: a\n  condition: s\n"), "");
}

TEST(Modifier, TheReferencePageNamesEveryOne) {
  const std::filesystem::path root = PICKET_SOURCE_DIR;
  std::ifstream page(root / "docs/reference/sigma.md");
  std::string text((std::istreambuf_iterator<char>(page)), {});
  for (std::string_view name : modifier_names())
    EXPECT_NE(text.find("`" + std::string(name) + "`"), std::string::npos) << name;
}

TEST(Modifier, TooManyValuesInOneRule) {
  std::string list;
  for (size_t i = 0; i <= kPredicatesMax; ++i) list += "v" + std::to_string(i) + ",";
  EXPECT_NE(refusal("  s:\n    F: [" + list + "]\n  condition: s\n").find("values in one rule"),
            std::string::npos);
}

}  // namespace
}  // namespace picket::detect::sigma
