// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "event/alert.h"
#include "store/reader.h"
#include "store/recorder.h"

// For tests: a folder that goes away, and things to put into it.
namespace picket::store {

class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "picket-store-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

constexpr WallTime kTestTime{1'767'225'600'000'000'000};  // 2026-01-01T00:00:00Z

inline event::Activity flow_of(int64_t second, const std::string& process,
                               const std::string& remote, uint16_t port) {
  event::Activity activity;
  activity.time = WallTime{kTestTime.ns + second * 1'000'000'000};
  activity.host = "box";
  activity.actor.name = process;
  activity.actor.path = "/usr/bin/" + process;
  activity.actor.pid = 42;
  event::ConnectionMade made;
  made.outbound = true;
  made.finished = true;
  made.remote = {*IpAddress::parse(remote), port};
  made.local = {*IpAddress::parse("10.0.0.2"), 40'000};
  made.bytes_out = 100;
  made.bytes_in = 2000;
  activity.what = made;
  activity.place.source = "sensor";
  return activity;
}

inline event::Alert alert_at(int64_t second, const std::string& rule, event::Severity severity) {
  event::Alert alert;
  alert.time = alert.last_time = WallTime{kTestTime.ns + second * 1'000'000'000};
  alert.rule_id = rule;
  alert.rule_name = "Rule " + rule;
  alert.severity = severity;
  alert.reason = "Because of " + rule + ".";
  alert.host = "box";
  alert.actor.name = "evil";
  alert.actor.pid = 7;
  alert.attack = {{"TA0011", "T1071.001"}};
  event::assign_id(alert);
  return alert;
}

inline search::Query query_of(std::string_view text) {
  auto query = search::parse_query(text, kTestTime);
  EXPECT_TRUE(query.has_value()) << text;
  return std::move(*query);
}

inline std::vector<schema::Record> found(Reader& reader, std::string_view text) {
  std::vector<schema::Record> out;
  reader.select(query_of(text), false, [&](const schema::Record& record) {
    out.push_back(record);
    return true;
  });
  return out;
}

inline uint64_t counted(Reader& reader, std::string_view text) {
  const uint64_t count = reader.count(query_of(text));
  EXPECT_EQ(found(reader, text).size(), count) << text;
  return count;
}

}  // namespace picket::store
