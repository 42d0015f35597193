// SPDX-License-Identifier: Apache-2.0
#include "store/recorder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include "store/test_store.h"

namespace picket::store {
namespace {

class RecorderTest : public testing::Test {
 protected:
  RecorderSettings settings() {
    RecorderSettings settings;
    settings.folder = folder_.path();
    return settings;
  }
  std::unique_ptr<Recorder> started(RecorderSettings&& settings) {
    auto recorder = Recorder::start(std::move(settings));
    EXPECT_TRUE(recorder.has_value()) << recorder.error().message;
    return std::move(*recorder);
  }
  uint64_t kept(std::string_view query) {
    auto reader = Reader::open(folder_.path());
    EXPECT_TRUE(reader && reader->problems().empty());
    return counted(*reader, query);
  }
  TestFolder folder_;
};

event::Activity part_of(const std::string& id, bool finished) {
  event::Activity activity = flow_of(1, "curl", "10.0.0.1", 443);
  auto& connection = std::get<event::ConnectionMade>(activity.what);
  connection.id = id;
  connection.finished = finished;
  return activity;
}

TEST_F(RecorderTest, WhatWasTakenIsThereAfterARestart) {
  {
    auto recorder = started(settings());
    recorder->record(flow_of(1, "curl", "10.0.0.1", 443));
    recorder->record(alert_at(2, "beacon", event::Severity::kHigh));
  }
  EXPECT_EQ(kept(""), 2u);
  {
    auto recorder = started(settings());
    recorder->record(flow_of(3, "curl", "10.0.0.1", 443));
    EXPECT_TRUE(recorder->status().notes.empty());
  }
  EXPECT_EQ(kept(""), 3u);
  EXPECT_EQ(segment_files(folder_.path())->size(), 1u);
}

TEST_F(RecorderTest, AShortConnectionIsOneRecordAndALongOneTwo) {
  {
    auto recorder = started(settings());
    recorder->record(part_of("short", false));
    recorder->record(part_of("short", true));
    recorder->record(part_of("long", false));
  }
  EXPECT_EQ(kept("connection.id:short"), 1u);
  EXPECT_EQ(kept("connection.id:short connection.state:over"), 1u);
  EXPECT_EQ(kept("connection.id:long connection.state:open"), 1u);
}

TEST_F(RecorderTest, AProcessIsKeptOnceForEachProgramItRuns) {
  event::Activity start = flow_of(1, "sh", "10.0.0.1", 1);
  start.what = event::ProcessStarted{};
  start.actor.id = "42@1000";
  event::Activity other = start;
  other.actor.path = "/usr/bin/curl";
  for (int run = 0; run < 2; ++run) {
    auto recorder = started(settings());
    recorder->record(start);
    recorder->record(other);
    recorder->record(start);
  }
  EXPECT_EQ(kept("kind:process"), 2u);
}

TEST_F(RecorderTest, OnlyOneWritesToAFolder) {
  auto first = started(settings());
  const auto second = Recorder::start(settings());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another picket"), std::string::npos);
}

TEST_F(RecorderTest, AfterDamageItBeginsAnotherFileAndSaysSo) {
  std::ofstream(folder_.file("events-00000007.db")) << std::string(100'000, 'x');
  {
    auto recorder = started(settings());
    ASSERT_EQ(recorder->status().notes.size(), 1u);
    EXPECT_NE(recorder->status().notes[0].find("events-00000007.db"), std::string::npos);
    recorder->record(flow_of(1, "curl", "10.0.0.1", 443));
  }
  auto reader = Reader::open(folder_.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(found(*reader, "").size(), 1u);
  EXPECT_EQ(reader->problems().size(), 1u);
}

TEST_F(RecorderTest, AFullFileIsFollowedByAnother) {
  RecorderSettings small = settings();
  small.segment_bytes = 1;
  {
    auto recorder = started(std::move(small));
    recorder->record(flow_of(1, "curl", "10.0.0.1", 443));
  }
  EXPECT_EQ(segment_files(folder_.path())->size(), 2u);
  EXPECT_EQ(kept(""), 1u);
}

TEST_F(RecorderTest, WhatIsTooManyIsCounted) {
  RecorderSettings blocked = settings();
  auto recorder = started(std::move(blocked));
  // Nobody writes while another holds the file: everything waits.
  auto other = Database::open(recorder->status().segment, Database::Mode::kAppend);
  ASSERT_TRUE(other && other->run("BEGIN IMMEDIATE"));
  const event::Activity activity = flow_of(1, "curl", "10.0.0.1", 443);
  while (recorder->status().dropped == 0) recorder->record(activity);
  EXPECT_LE(recorder->status().waiting, Recorder::kWaitingMax);
  ASSERT_TRUE(other->run("ROLLBACK"));
}

void touch(const std::string& path, size_t bytes, int64_t written_s) {
  std::ofstream(path) << std::string(bytes, 'x');
  const timespec times[2] = {{written_s, 0}, {written_s, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST_F(RecorderTest, TheOldestGoFirstWhenThereIsTooMuch) {
  touch(folder_.file("events-00000001.db"), 1000, 3);
  touch(folder_.file("import-aa.db"), 1000, 1);
  touch(folder_.file("events-00000002.db"), 1000, 2);
  const WallTime now{10'000'000'000};
  EXPECT_EQ(
      apply_limits(folder_.path(), folder_.file("events-00000002.db"), now, 2000, INT64_MAX / 2),
      2000u);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("import-aa.db")));
  EXPECT_EQ(apply_limits(folder_.path(), folder_.file("events-00000002.db"), now, 0, INT64_MAX / 2),
            1000u);
  EXPECT_TRUE(std::filesystem::exists(folder_.file("events-00000002.db")));
}

TEST_F(RecorderTest, ByAgeOneGoesAtATime) {
  touch(folder_.file("events-00000001.db"), 10, 1);
  touch(folder_.file("events-00000002.db"), 10, 2);
  const auto left = [&] { return segment_files(folder_.path())->size(); };
  const int64_t week = int64_t{7} * 86'400 * 1'000'000'000;
  apply_limits(folder_.path(), {}, WallTime{2 * week}, 1 << 20, week);
  EXPECT_EQ(left(), 1u);
  apply_limits(folder_.path(), {}, WallTime{2 * week}, 1 << 20, week);
  EXPECT_EQ(left(), 0u);
}

}  // namespace
}  // namespace picket::store
