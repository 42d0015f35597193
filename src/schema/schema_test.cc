// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "schema/record.h"

namespace picket::schema {
namespace {

TEST(Fields, AreDeclaredSoThatNamesCanNestAndColumnsCannotCollide) {
  std::set<std::string> columns{"row", "body"};
  for (const FieldInfo& field : fields()) {
    EXPECT_EQ(&info(field.field), &field);
    EXPECT_EQ(find_field(field.name), field.field);
    EXPECT_NE(field.kinds, 0u) << field.name;
    EXPECT_EQ(field.type == Type::kWord, field.unit.find('|') != field.unit.npos) << field.name;
    for (const FieldInfo& other : fields())
      EXPECT_FALSE(other.name.starts_with(std::string(field.name) + '.')) << other.name;
    std::string column(field.name);
    for (char& letter : column) letter = letter == '.' ? '_' : letter;
    EXPECT_TRUE(columns.insert(column).second) << column;
    EXPECT_EQ(column.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), column.npos);
  }
  EXPECT_FALSE(find_field("process"));
}

TEST(Fields, OfOneGroupStandTogether) {
  std::set<std::string_view> left;
  std::string_view group;
  for (const FieldInfo& field : fields()) {
    const std::string_view own = field.name.substr(0, field.name.rfind('.'));
    const bool grouped = field.name.find('.') != field.name.npos;
    const std::string_view at = grouped ? own : std::string_view();
    if (at == group) continue;
    // process.parent lies within process, which does not come back after it.
    EXPECT_TRUE(left.insert(group).second) << field.name;
    group = at;
    if (group.empty()) left.erase(std::string_view());
  }
}

TEST(Words, HaveRanks) {
  EXPECT_EQ(rank_of(Field::kSeverity, "informational"), 0);
  EXPECT_EQ(rank_of(Field::kSeverity, "critical"), 4);
  EXPECT_EQ(rank_of(Field::kSeverity, "awful"), std::nullopt);
  EXPECT_EQ(rank_of(Field::kHost, "x"), std::nullopt);
  EXPECT_EQ(word_at(Field::kSeverity, 1), "low");
  EXPECT_EQ(word_at(Field::kSeverity, 5), "");
  EXPECT_EQ(parse_kind("tls"), Kind::kTls);
  EXPECT_EQ(text(Kind::kFile), "file");
}

TEST(Record, IsNestedJson) {
  Record record;
  record.kind = Kind::kProcess;
  record.number(Field::kParentPid, 1);
  record.text(Field::kProcessName, "a\"b");
  record.text(Field::kUser, "root");
  record.text(Field::kHost, "");  // nothing to say
  record.finish();
  EXPECT_EQ(json_line(record),
            R"({"time":"1970-01-01T00:00:00.000000Z","kind":"process","process":{"name":"a\"b",)"
            R"("parent":{"pid":1}},"user":"root"})");
  record.body = R"({"x":1})";
  EXPECT_TRUE(json_line(record).ends_with(R"("user":"root","alert":{"x":1}})"));
}

TEST(Record, TextsAreBoundedAndWordsAreOnesThatExist) {
  Record record;
  record.text(Field::kReason, std::string(Record::kTextMax + 1, 'x'));
  record.word(Field::kSeverity, "awful");
  EXPECT_EQ(record.text_of(Field::kReason).size(), Record::kTextMax);
  EXPECT_EQ(record.find(Field::kSeverity), nullptr);
  record.number(Field::kCount, UINT64_MAX);
  EXPECT_EQ(record.number_of(Field::kCount), INT64_MAX);
}

TEST(Record, ListsAreTheirElements) {
  Record record;
  record.list(Field::kTechniques, {"T1071", "T1105"});
  EXPECT_EQ(elements(record.text_of(Field::kTechniques)),
            (std::vector<std::string_view>{"T1071", "T1105"}));
}

}  // namespace
}  // namespace picket::schema
