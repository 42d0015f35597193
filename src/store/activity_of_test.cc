// SPDX-License-Identifier: Apache-2.0
#include "store/activity_of.h"

#include "store/alert_of.h"
#include "store/record_of.h"
#include "store/test_store.h"

namespace picket::store {
namespace {

// There and back, and there again: nothing that a record can hold is lost on the way.
void expect_same(const event::Activity& activity) {
  const auto record = record_of(activity);
  ASSERT_TRUE(record);
  const auto back = activity_of(*record);
  ASSERT_TRUE(back);
  EXPECT_EQ(schema::json_line(*record_of(*back)), schema::json_line(*record));
}

TEST(ActivityOf, IsTheWayBack) {
  event::Activity activity = flow_of(1, "curl", "192.0.2.7", 443);
  activity.actor.sha256 = std::string(64, 'a');
  activity.actor.parent_path = "/usr/bin/bash";
  auto& connection = std::get<event::ConnectionMade>(activity.what);
  connection.duration_s = 1.5;
  connection.answered = true;
  connection.remote_name = "example.org";
  expect_same(activity);
  event::DnsLookup lookup;
  lookup.name = "example.org";
  lookup.type = "A";
  lookup.answers = {"192.0.2.7", "other.example"};
  lookup.resolver = {*IpAddress::parse("192.0.2.53"), 53};
  activity.what = lookup;
  expect_same(activity);
  EXPECT_EQ(std::get<event::DnsLookup>(activity_of(*record_of(activity))->what).addresses.size(),
            1u);
  event::HttpExchange exchange;
  exchange.host = "example.org";
  exchange.uri = "/x";
  exchange.status = 404;
  activity.what = exchange;
  expect_same(activity);
  event::TlsSession session;
  session.server_name = "example.org";
  session.ja4 = "t13d1516h2_8daaf6152771_b186095e22b6";
  activity.what = session;
  expect_same(activity);
  event::FileCarried file;
  file.name = "x.exe";
  file.sha256 = std::string(64, 'b');
  file.bytes = 7;
  activity.what = file;
  expect_same(activity);
  activity.what = event::ListenerOpened{event::Transport::kUdp, {*IpAddress::parse("::"), 53}};
  expect_same(activity);
  activity.what = event::ProcessStarted{};
  expect_same(activity);
}

TEST(AlertOf, KeepsWhatIncidentsAreMadeOf) {
  event::Alert alert = alert_at(1, "beacon", event::Severity::kHigh);
  alert.connection.emplace().remote = {*IpAddress::parse("192.0.2.7"), 443};
  alert.connection->outbound = true;
  alert.domain = "example.org";
  const event::Alert back = alert_of(record_of(alert));
  EXPECT_EQ(back.id, alert.id);
  EXPECT_EQ(back.severity, alert.severity);
  EXPECT_EQ(back.confidence, alert.confidence);
  EXPECT_EQ(back.rule_id, alert.rule_id);
  EXPECT_EQ(back.actor.pid, alert.actor.pid);
  EXPECT_EQ(back.connection->remote, alert.connection->remote);
  EXPECT_EQ(back.connection->outbound, true);
  EXPECT_EQ(back.domain, alert.domain);
  EXPECT_EQ(back.attack.size(), 2u);
}

}  // namespace
}  // namespace picket::store
