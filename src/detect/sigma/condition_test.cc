// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/condition.h"

#include <gtest/gtest.h>

#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

// Selections a..d match when their letter is in `present`.
bool holds(const std::string& condition, const std::string& present) {
  std::string detection;
  for (const char* name : {"a", "b", "sel_c", "sel_d", "_hidden"}) {
    detection += std::string("  ") + name +
                 ":\n    F|contains: " + std::string(1, name[std::string(name).size() - 1]) + "\n";
  }
  return detects(detection + "  condition: " + condition + "\n", {{"F", present}});
}

TEST(Condition, PrecedenceIsNotAndOr) {
  EXPECT_TRUE(holds("a or b and sel_c", "a"));
  EXPECT_FALSE(holds("(a or b) and sel_c", "a"));
  EXPECT_TRUE(holds("not a and b", "b"));
  EXPECT_TRUE(holds("not (a and b)", "b"));
  EXPECT_TRUE(holds("not not a", "a"));
  EXPECT_TRUE(holds("a AND NOT b OR sel_c", "a"));
}

TEST(Condition, Quantifiers) {
  EXPECT_TRUE(holds("1 of sel_*", "d"));
  EXPECT_FALSE(holds("1 of sel_*", "a"));
  EXPECT_TRUE(holds("all of sel_*", "cd"));
  EXPECT_FALSE(holds("all of sel_*", "c"));
  EXPECT_TRUE(holds("any of s*_c", "c"));
  EXPECT_TRUE(holds("1 of them", "a"));
  EXPECT_FALSE(holds("1 of them", "n"));  // _hidden holds, but is not one of them
  EXPECT_TRUE(holds("1 of _*", "n"));
  EXPECT_TRUE(holds("a and not 1 of sel_*", "a"));
}

std::string error_of(std::string_view text) {
  std::vector<std::string> names = {"a", "b"};
  auto parsed = parse_condition(text, names);
  return parsed ? "" : parsed.error().message;
}

TEST(Condition, ErrorsSayWhatIsWrong) {
  EXPECT_NE(error_of(""), "");
  EXPECT_NE(error_of("a and"), "");
  EXPECT_NE(error_of("a b").find("`b`"), std::string::npos);
  EXPECT_NE(error_of("(a").find(")"), std::string::npos);
  EXPECT_NE(error_of("and a"), "");
  EXPECT_NE(error_of("nobody").find("nobody"), std::string::npos);
  EXPECT_NE(error_of("2 of them").find("2 of"), std::string::npos);
  EXPECT_NE(error_of("1 of x*").find("x*"), std::string::npos);
  EXPECT_NE(error_of("a | count() > 5").find("correlation"), std::string::npos);
}

TEST(Condition, DepthAndLengthAreBounded) {
  EXPECT_NE(error_of(std::string(kConditionDepthMax + 1, '(') + "a").find("deep"),
            std::string::npos);
  std::string many_nots;
  for (size_t i = 0; i <= kConditionDepthMax; ++i) many_nots += "not ";
  EXPECT_NE(error_of(many_nots + "a").find("deep"), std::string::npos);
  std::string longest = "a";
  for (size_t i = 0; i <= kConditionNodesMax; ++i) longest += " or a";
  EXPECT_NE(error_of(longest).find("long"), std::string::npos);
}

}  // namespace
}  // namespace picket::detect::sigma
