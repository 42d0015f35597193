// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/own_events.h"

#include <gtest/gtest.h>

#include "event/facts.h"
#include "sensor/replay/json_reader.h"
#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

TestRecord read_back(const std::string& line) {
  JsonReader reader;
  const TestRead read = read_with(reader, InputKind::kJson, as_bytes(line));
  EXPECT_EQ(read.records.size(), 1u) << line;
  return read.records.empty() ? TestRecord{} : read.records.front();
}

event::FlowFacts inbound() {
  event::FlowFacts flow;
  flow.id = "1a";
  flow.role = event::Role::kServer;
  flow.local = {*IpAddress::parse("10.0.0.5"), 22};
  flow.remote = {*IpAddress::parse("203.0.113.9"), 40000};
  flow.owner = {4122, 77};
  flow.executable = "/usr/sbin/sshd";
  flow.opened = {1'700'000'000'000'000'000};
  flow.attribution = event::Attribution::kHook;
  return flow;
}

TEST(OwnEvents, WhatPicketWroteHasTheNamesThatRulesUse) {
  std::string line;
  JsonWriter json(line);
  event::append_json(json, inbound(), event::FlowEvent::kOpened);
  const TestRecord record = read_back(line);
  EXPECT_EQ(record.product + '/' + record.provider + '/' + record.channel, "linux/picket/flow");
  EXPECT_EQ(record["Image"], "/usr/sbin/sshd");
  EXPECT_EQ(record["ProcessGuid"], "4122@77");
  EXPECT_EQ(record["Initiated"], "false");
  EXPECT_EQ(record["SourceIp"], "203.0.113.9") << "the side that opened it";
  EXPECT_EQ(record["DestinationPort"], "22");
  EXPECT_EQ(record["event"], "opened");
  EXPECT_EQ(record.time, inbound().opened);
}

TEST(OwnEvents, AProcessToo) {
  event::ProcessFacts process;
  process.key = {4122, 77};
  process.executable = "/usr/bin/curl";
  process.arguments = {"curl", "http://a.test/"};
  process.package_match = event::PackageMatch::kDiffers;
  process.parents.push_back({{900, 5}, {}, "bash", "/usr/bin/bash"});
  std::string line;
  JsonWriter json(line);
  event::append_json(json, process, event::ProcessEvent::kStarted);
  const TestRecord record = read_back(line);
  EXPECT_EQ(record["CommandLine"], "curl http://a.test/");
  EXPECT_EQ(record["ParentImage"], "/usr/bin/bash");
  EXPECT_EQ(record["package.match"], "differs");
}

TEST(OwnEvents, OthersWithATypeAreNotOurs) {
  EXPECT_EQ(read_back(R"({"type":"flow","proto":"TCP"})").provider, "");
}

}  // namespace
}  // namespace picket::sensor::replay
