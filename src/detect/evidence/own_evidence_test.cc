// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/own_evidence.h"

#include <gtest/gtest.h>

namespace picket::detect::evidence {
namespace {

event::LogRecord flow_record(std::string_view happened) {
  event::LogRecord record;
  record.origin.provider = "picket";
  record.origin.channel = "flow";
  record.time = WallTime{1'700'000'000'000'000'000};
  record.add("event", happened);
  record.add("Protocol", "tcp");
  record.add("direction", "outbound");
  record.add("ProcessGuid", "4122@77");
  record.add("ProcessId", "4122");
  record.add("Image", "/tmp/sshhd");
  record.add("Initiated", "true");
  record.add("SourceIp", "10.0.0.5");
  record.add("SourcePort", "40000");
  record.add("DestinationIp", "203.0.113.9");
  record.add("DestinationPort", "443");
  record.add("bytes_in", "0");
  record.add("packets_in", "0");
  record.add("duration_ns", "1500000000");
  return record;
}

TEST(OwnEvidence, AFlowIsAConnection) {
  const event::LogRecord record = flow_record("closed");
  event::Activity activity;
  ASSERT_TRUE(is_own(record.origin));
  ASSERT_TRUE(own_activity(record, activity));
  EXPECT_EQ(activity.actor.id, "4122@77");
  EXPECT_EQ(activity.actor.name, "sshhd");
  const auto& made = std::get<event::ConnectionMade>(activity.what);
  EXPECT_EQ(made.remote.text(), "203.0.113.9:443");
  EXPECT_EQ(made.outbound, true);
  EXPECT_TRUE(made.finished);
  EXPECT_EQ(made.answered, false);
  EXPECT_EQ(made.duration_s, 1.5);
}

TEST(OwnEvidence, AnUpdateIsNoNews) {
  const event::LogRecord record = flow_record("updated");
  event::Activity activity;
  EXPECT_FALSE(own_activity(record, activity));
}

}  // namespace
}  // namespace picket::detect::evidence
