// SPDX-License-Identifier: Apache-2.0
#include "incident/incident_feed.h"

#include "store/record_of.h"
#include "store/test_store.h"

namespace picket::incident {
namespace {

using store::alert_at;

constexpr WallTime kNow{store::kTestTime.ns + int64_t{600} * 1'000'000'000};

event::Alert about(uint32_t pid, int64_t second, const std::string& rule) {
  event::Alert alert = alert_at(second, rule, event::Severity::kHigh);
  alert.actor.pid = pid;
  alert.actor.id = std::to_string(pid) + "@1";
  alert.host = "host" + std::to_string(pid);
  event::assign_id(alert);
  return alert;
}

TEST(IncidentFeed, TellsWhatChangedAndNothingTwice) {
  IncidentFeed feed;
  feed.alert_kept(about(1, 1, "a"));
  feed.alert_kept(about(2, 1, "a"));
  EXPECT_EQ(feed.changed(kNow).size(), 2u);
  EXPECT_TRUE(feed.changed(kNow).empty());
  feed.alert_kept(about(2, 2, "b"));
  const auto changed = feed.changed(kNow);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].priority, static_cast<int64_t>(Priority::kHigh));
  EXPECT_NE(changed[0].json.find("\"alerts\":2"), std::string::npos);
}

TEST(IncidentFeed, TellsWhatBecamePartOfAnother) {
  IncidentFeed feed;
  event::Alert first = about(1, 1, "a"), second = about(2, 2, "b");
  feed.alert_kept(first);
  feed.alert_kept(second);
  const auto before = feed.changed(kNow);
  ASSERT_EQ(before.size(), 2u);
  // Both talk to the same other side.
  for (event::Alert* alert : {&first, &second}) {
    alert->time.ns += 1'000'000'000;
    alert->rule_id = "c";
    alert->connection.emplace().remote = {*IpAddress::parse("198.51.100.7"), 443};
    event::assign_id(*alert);
    feed.alert_kept(*alert);
  }
  const auto after = feed.changed(kNow);
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[1].merged_into, after[0].id);
}

TEST(IncidentFeed, GoesOnAfterARestart) {
  store::TestFolder folder;
  std::string id;
  {
    IncidentFeed feed;
    feed.alert_kept(about(1, 1, "a"));
    const auto incidents = feed.changed(kNow);
    ASSERT_EQ(incidents.size(), 1u);
    id = incidents[0].id;
    auto writer = store::SegmentWriter::open(folder.file("events-00000001.db"),
                                             store::Database::Mode::kAppend);
    ASSERT_TRUE(writer && writer->begin());
    ASSERT_TRUE(writer->append(store::record_of(about(1, 1, "a"))));
    ASSERT_TRUE(writer->put(incidents[0]));
    ASSERT_TRUE(writer->commit());
  }
  auto reader = store::Reader::open(folder.path());
  ASSERT_TRUE(reader);
  IncidentFeed feed;
  feed.remember(*reader, kNow);
  EXPECT_TRUE(feed.changed(kNow).empty());
  feed.alert_kept(about(1, 5, "b"));
  const auto changed = feed.changed(kNow);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].id, id);
  EXPECT_NE(changed[0].json.find("\"alerts\":2"), std::string::npos);
}

}  // namespace
}  // namespace picket::incident
