// SPDX-License-Identifier: Apache-2.0
#include "incident/arranged.h"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace picket::incident {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

store::KeptIncident kept_of(const std::string& id, int64_t second,
                            const std::vector<std::string>& alerts, const std::string& host) {
  store::KeptIncident incident;
  incident.id = id;
  incident.from = WallTime{second * kSecond};
  incident.until = WallTime{(second + 9) * kSecond};
  incident.priority = 1;
  incident.json = R"({"type":"incident","id":")" + id + R"(","title":"T )" + id +
                  R"(","hosts":[")" + host + R"("],"alerts":)" + std::to_string(alerts.size()) +
                  R"(,"events":[)";
  for (size_t i = 0; i < alerts.size(); ++i)
    incident.json += (i ? "," : "") + std::string(R"({"alert":")") + alerts[i] + R"(","time":")" +
                     rfc3339(WallTime{(second + static_cast<int64_t>(i)) * kSecond}) +
                     R"(","count":1,"severity":"medium","rule":{"id":"r","name":"R"},"host":")" +
                     host + R"("})";
  incident.json += "]}";
  return incident;
}

std::vector<std::string> alerts_of(const store::KeptIncident& incident) {
  std::vector<std::string> out;
  simdjson::dom::parser parser;
  for (const auto event : parser.parse(incident.json)["events"].get_array())
    out.emplace_back(event["alert"].get_string().value());
  return out;
}

TEST(Arranged, MergedOnesAreOne) {
  const std::vector<store::KeptIncident> all{kept_of("a", 100, {"1", "2"}, "x"),
                                             kept_of("b", 50, {"3"}, "y"),
                                             kept_of("c", 10, {"4"}, "x")};
  store::Arrangement arrangement;
  arrangement.merged = {{"a", "b"}, {"b", "c"}, {"gone", "c"}, {"d", "gone"}};
  const auto now = arranged(all, arrangement);
  ASSERT_EQ(now.size(), 1u);
  EXPECT_EQ(now[0].id, "c");
  EXPECT_EQ(alerts_of(now[0]), (std::vector<std::string>{"4", "3", "1", "2"})) << "by time";
  EXPECT_EQ(now[0].from.ns, 10 * kSecond);
  EXPECT_EQ(now[0].until.ns, 109 * kSecond);
  EXPECT_NE(now[0].json.find(R"("hosts":["x","y"])"), std::string::npos) << now[0].json;
  EXPECT_NE(now[0].json.find(R"("alerts":4)"), std::string::npos);
}

TEST(Arranged, WhatIsSplitOffStandsByItself) {
  const std::string made = split_id("a", {"2"});
  EXPECT_EQ(made.size(), 36u);
  EXPECT_EQ(made, split_id("a", {"2"}));
  store::Arrangement arrangement;
  arrangement.split["a"]["2"] = made;
  const auto now = arranged({kept_of("a", 100, {"1", "2", "3"}, "x")}, arrangement);
  ASSERT_EQ(now.size(), 2u);
  for (const store::KeptIncident& one : now)
    EXPECT_EQ(alerts_of(one), one.id == "a" ? (std::vector<std::string>{"1", "3"})
                                            : (std::vector<std::string>{"2"}));
  // And back together.
  arrangement.merged[made] = "a";
  const auto again = arranged({kept_of("a", 100, {"1", "2", "3"}, "x")}, arrangement);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(alerts_of(again[0]), (std::vector<std::string>{"1", "2", "3"}));
}

TEST(Arranged, WhatCannotBeReadStays) {
  store::KeptIncident odd;
  odd.id = "odd";
  odd.json = "{";
  EXPECT_EQ(arranged({odd}, {})[0].json, "{");
}

}  // namespace
}  // namespace picket::incident
