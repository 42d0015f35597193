// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "search/sql.h"

namespace picket::search {
namespace {

using schema::Kind;

constexpr WallTime kNow{1'767'225'600'000'000'000};  // 2026-01-01T00:00:00Z

Condition compiled(std::string_view text, Kind kind) {
  auto query = parse_query(text, kNow);
  EXPECT_TRUE(query.has_value()) << text << ": " << (query ? "" : query.error().message);
  return query ? compile(*query, kind) : Condition{};
}

QueryError error_of(std::string_view text) {
  auto query = parse_query(text, kNow);
  EXPECT_FALSE(query.has_value()) << text;
  return query ? QueryError{} : query.error();
}

TEST(Query, NothingIsEverything) {
  EXPECT_EQ(compiled("", Kind::kFlow).where, "1");
  EXPECT_EQ(compiled("  \t", Kind::kDns).where, "1");
}

TEST(Query, WhatComesFromOutsideIsBoundAndNeverText) {
  const Condition condition =
      compiled(R"(process.name:"x' OR 1=1 --" OR y'y OR rule.name:a*b')", Kind::kAlert);
  EXPECT_EQ((condition.where + condition.common).find("x'"), std::string::npos);
  EXPECT_EQ((condition.where + condition.common).find("y'"), std::string::npos);
  EXPECT_EQ((condition.where + condition.common).find("b'"), std::string::npos);
  EXPECT_EQ(condition.binds.size(), 4u);  // hash and text, text, pattern
}

TEST(Query, KindsThatCannotMatchAreNotLookedAt) {
  EXPECT_TRUE(compiled("dns.name:example.org", Kind::kFlow).never);
  EXPECT_FALSE(compiled("dns.name:example.org", Kind::kDns).never);
  EXPECT_TRUE(compiled("kind:flow", Kind::kDns).never);
  EXPECT_EQ(compiled("kind:flow", Kind::kFlow).where, "1");
  EXPECT_FALSE(compiled("NOT dns.name:example.org", Kind::kFlow).never);
  EXPECT_TRUE(compiled("kind:flow AND NOT kind:flow", Kind::kFlow).never);
}

TEST(Query, AndBindsTighterThanOr) {
  EXPECT_EQ(compiled("remote.port:1 OR remote.port:2 remote.port:3", Kind::kFlow).where,
            "(\"remote_port\"=?1) OR ((\"remote_port\"=?2) AND (\"remote_port\"=?3))");
  EXPECT_EQ(compiled("(remote.port:1 OR remote.port:2) AND remote.port:3", Kind::kFlow).where,
            "((\"remote_port\"=?1) OR (\"remote_port\"=?2)) AND (\"remote_port\"=?3)");
}

TEST(Query, WhatIsNotThereIsNotEqual) {
  EXPECT_EQ(compiled("NOT remote.port:443", Kind::kFlow).where,
            "NOT coalesce((\"remote_port\"=?1),0)");
  EXPECT_EQ(compiled("-remote.port:443", Kind::kFlow).where,
            compiled("NOT remote.port:443", Kind::kFlow).where);
}

TEST(Query, RangesKeepTheirOpenEnds) {
  EXPECT_EQ(compiled("remote.port:[1 TO 9}", Kind::kFlow).where,
            "\"remote_port\">=?1 AND \"remote_port\"<?2");
  EXPECT_EQ(compiled("remote.port:[* TO 9]", Kind::kFlow).where, "\"remote_port\"<=?1");
  EXPECT_EQ(compiled("remote.port:>=1024", Kind::kFlow).where, "\"remote_port\">=?1");
  EXPECT_EQ(compiled("severity:>low", Kind::kAlert).where, "\"severity\">?1");
  EXPECT_EQ(std::get<int64_t>(compiled("severity:>low", Kind::kAlert).binds[0]), 1);
}

TEST(Query, AnAddressBlockIsARangeOfItsFamily) {
  const Condition condition = compiled("remote.ip:10.0.0.0/8", Kind::kFlow);
  EXPECT_EQ(condition.where, "\"remote_ip\" BETWEEN ?1 AND ?2 AND length(\"remote_ip\")=4");
  EXPECT_EQ(std::get<Blob>(condition.binds[0]).bytes, std::string("\x0a\0\0\0", 4));
  EXPECT_EQ(std::get<Blob>(condition.binds[1]).bytes, std::string("\x0a\xff\xff\xff", 4));
  EXPECT_EQ(compiled("fd00::1", Kind::kFlow).where, "(\"local_ip\"=?1) OR (\"remote_ip\"=?2)");
}

TEST(Query, TimesAreRowNumbers) {
  const Condition condition = compiled("last:24h", Kind::kFlow);
  EXPECT_EQ(condition.where, "row>=?1");
  EXPECT_EQ(time_of_row(std::get<int64_t>(condition.binds[0])),
            kNow.ns - int64_t{86'400} * 1'000'000'000);
  const Condition day = compiled("time:2025-12-31", Kind::kFlow);
  EXPECT_EQ(day.where, "row>=?1 AND row<=?2");
  EXPECT_EQ(time_of_row(std::get<int64_t>(day.binds[0])),
            kNow.ns - int64_t{86'400} * 1'000'000'000);
  EXPECT_EQ(time_of_row(std::get<int64_t>(day.binds[1])), kNow.ns - 1000);
}

TEST(Query, WildcardsAreTheOnlyLettersWithMeaning) {
  const Condition condition = compiled(R"(process.executable:/tmp/100%_\*?*)", Kind::kFlow);
  EXPECT_EQ(std::get<std::string>(condition.binds[0]), R"(/tmp/100\%\_*_%)");
  EXPECT_EQ(
      std::get<std::string>(compiled(R"(process.executable:C:\Windows\\*)", Kind::kFlow).binds[0]),
      R"(C:\\Windows\\%)");
}

TEST(Query, SeveralValuesOfOneField) {
  EXPECT_EQ(compiled("remote.port:(80 443 OR 8080)", Kind::kFlow).where,
            "(\"remote_port\"=?1) OR (\"remote_port\"=?2) OR (\"remote_port\"=?3)");
  EXPECT_EQ(compiled("remote.port:(>1 AND NOT 9)", Kind::kFlow).where,
            "(\"remote_port\">?1) AND (NOT coalesce((\"remote_port\"=?2),0))");
}

TEST(Query, ErrorsSayWhere) {
  EXPECT_EQ(error_of("remote.port:abc").at, 12u);
  EXPECT_EQ(error_of("(a OR b").at, 0u);
  EXPECT_EQ(error_of("a OR").at, 4u);
  EXPECT_EQ(error_of("a )").at, 2u);
  EXPECT_EQ(error_of("process.nam:x").unknown_name, "process.nam");
  EXPECT_EQ(error_of("remote.ip:10.0.0.256").at, 10u);
  EXPECT_EQ(error_of("remote.port:[1 9]").at, 15u);
  EXPECT_EQ(error_of("x \"unclosed").at, 2u);
  EXPECT_EQ(error_of("last:yesterday").at, 0u);
  EXPECT_EQ(error_of("severity:awful").at, 9u);
}

TEST(Query, TheMarkStandsBelowThePlace) {
  const std::string query = "é remote.port:abc";
  const std::string text = error_text(query, error_of(query));
  const size_t line = text.find("\n    "), mark = text.rfind("\n    ");
  EXPECT_EQ(text.substr(line + 5, mark - line - 5), query);
  EXPECT_EQ(text.substr(mark + 5), std::string(14, ' ') + '^');
}

TEST(Query, IsBounded) {
  EXPECT_EQ(error_of(std::string(kDepthMax + 2, '(') + "a").message,
            "too many brackets within brackets");
  std::string many;
  for (size_t i = 0; i <= kTermsMax; ++i) many += "a ";
  EXPECT_EQ(error_of(many).message, "more than 256 comparisons");
  EXPECT_EQ(error_of(std::string(kQueryBytesMax + 1, 'a')).at, kQueryBytesMax);
  EXPECT_EQ(error_of(std::string(kWildcardsMax + 1, '*')).at, 0u);
}

TEST(Rows, TimesSurviveAndStayInOrder) {
  for (const int64_t us : {int64_t{0}, int64_t{1}, kNow.ns / 1000, kMicrosecondsMax}) {
    EXPECT_EQ(time_of_row(first_row_at(us * 1000)), us * 1000);
    EXPECT_EQ(time_of_row(last_row_at(us * 1000)), us * 1000);
  }
  EXPECT_LT(last_row_at(5000), first_row_at(6000));
  EXPECT_EQ(first_row_at(-5), 0);
  EXPECT_GE(first_row_at(INT64_MAX), 0);
}

}  // namespace
}  // namespace picket::search
