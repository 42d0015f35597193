// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "base/counter.h"
#include "store/open_at.h"
#include "store/record_of.h"
#include "store/test_store.h"

namespace picket::store {
namespace {

Result<void> fill(const std::string& path, const std::vector<schema::Record>& records) {
  TRY_ASSIGN(SegmentWriter writer, SegmentWriter::open(path, Database::Mode::kAppend));
  TRY(writer.begin());
  for (const schema::Record& record : records) TRY(writer.append(record));
  TRY(writer.commit());
  return writer.close_in_order();
}

class StoreTest : public testing::Test {
 protected:
  void keep(const std::string& name, const std::vector<event::Activity>& activities) {
    std::vector<schema::Record> records;
    for (const event::Activity& activity : activities) records.push_back(*record_of(activity));
    const auto done = fill(folder_.file(name), records);
    ASSERT_TRUE(done) << done.error().message;
  }
  Reader reader() {
    auto reader = Reader::open(folder_.path());
    EXPECT_TRUE(reader.has_value());
    return std::move(*reader);
  }
  TestFolder folder_;
};

TEST_F(StoreTest, FindsWhatWasKept) {
  keep("events-00000001.db",
       {flow_of(1, "curl", "10.1.2.3", 443), flow_of(2, "Curl", "fd00::5", 80),
        flow_of(3, "sshd", "192.0.2.7", 22)});
  Reader store = reader();
  EXPECT_EQ(counted(store, ""), 3u);
  EXPECT_EQ(counted(store, "process.name:CURL"), 2u);
  EXPECT_EQ(counted(store, "process.name:c*"), 2u);
  EXPECT_EQ(counted(store, "process.executable:/usr/bin/?url"), 2u);
  EXPECT_EQ(counted(store, "NOT process.name:curl"), 1u);
  EXPECT_EQ(counted(store, "remote.ip:10.0.0.0/8"), 1u);
  EXPECT_EQ(counted(store, "ip:10.0.0.0/8"), 3u);
  EXPECT_EQ(counted(store, "remote.ip:fd00::/8"), 1u);
  EXPECT_EQ(counted(store, "remote.ip:[10.0.0.0 TO 192.0.2.7]"), 2u);
  EXPECT_EQ(counted(store, "remote.port:[80 TO *]"), 2u);
  EXPECT_EQ(counted(store, "192.0.2.7"), 1u);
  EXPECT_EQ(counted(store, "ssh"), 1u);
  EXPECT_EQ(counted(store, "dns.name:*"), 0u);
  EXPECT_EQ(counted(store, "process.container:*"), 0u);
  EXPECT_EQ(counted(store, "NOT process.container:*"), 3u);
  EXPECT_EQ(counted(store, "time:>=2026-01-01T00:00:02 time:<2026-01-01T00:00:03"), 1u);
  EXPECT_TRUE(store.problems().empty());
}

TEST_F(StoreTest, RecordsComeBackAsTheyWere) {
  const schema::Record kept = *record_of(flow_of(1, "curl", "10.1.2.3", 443));
  keep("events-00000001.db", {flow_of(1, "curl", "10.1.2.3", 443)});
  Reader store = reader();
  const auto records = found(store, "");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(schema::json_line(records[0]), schema::json_line(kept));
  EXPECT_EQ(schema::json_line(kept),
            R"({"time":"2026-01-01T00:00:01.000000Z","kind":"flow","host":"box","process":{)"
            R"("name":"curl","executable":"/usr/bin/curl","pid":42},"connection":{"community_id":)"
            R"("1:GIyYEfb+44xSqas4LY9DwPmSt4g=","state":"over"},"transport":"tcp",)"
            R"("direction":"outbound","local":{"ip":"10.0.0.2","port":40000},"remote":{)"
            R"("ip":"10.1.2.3","port":443},"bytes":{"in":2000,"out":100},"source":{)"
            R"("kind":"sensor"}})");
}

TEST_F(StoreTest, AnAlertKeepsAllItSaid) {
  const event::Alert alert = alert_at(5, "beacon", event::Severity::kHigh);
  ASSERT_TRUE(fill(folder_.file("events-00000001.db"), {record_of(alert)}));
  Reader store = reader();
  EXPECT_EQ(counted(store, "severity:>=medium attack.techniques:T1071.001"), 1u);
  EXPECT_EQ(counted(store, "attack.techniques:T1071"), 0u);
  EXPECT_EQ(counted(store, "attack.techniques:T1071*"), 1u);
  EXPECT_EQ(counted(store, "reason:\"because of\""), 1u);
  std::string whole;
  JsonWriter json(whole);
  event::append_json(json, alert);
  EXPECT_EQ(found(store, "id:" + alert.id).at(0).body, whole);
}

TEST_F(StoreTest, SegmentsAreReadTogetherInOrderOfTime) {
  keep("events-00000001.db", {flow_of(5, "a", "10.0.0.1", 1), flow_of(1, "b", "10.0.0.1", 1)});
  keep("import-0000000000000001.db", {flow_of(3, "c", "10.0.0.1", 1)});
  keep("events-00000002.db", {flow_of(9, "d", "10.0.0.1", 1), flow_of(2, "e", "10.0.0.1", 1)});
  Reader store = reader();
  std::string latest, earliest;
  for (const schema::Record& record : found(store, ""))
    latest += record.text_of(schema::Field::kProcessName);
  EXPECT_EQ(latest, "daceb");
  store.select(query_of(""), true, [&](const schema::Record& record) {
    earliest += record.text_of(schema::Field::kProcessName);
    return earliest.size() < 3;
  });
  EXPECT_EQ(earliest, "bec");
}

TEST_F(StoreTest, ManyOfOneMicrosecondAllStay) {
  const std::vector<event::Activity> same(3000, flow_of(1, "a", "10.0.0.1", 1));
  keep("events-00000001.db", same);
  Reader store = reader();
  EXPECT_EQ(counted(store, ""), 3000u);
}

TEST_F(StoreTest, TopAndHistogram) {
  keep("events-00000001.db", {flow_of(1, "a", "10.0.0.1", 1), flow_of(2, "b", "10.0.0.1", 1)});
  keep("events-00000002.db", {flow_of(3, "b", "10.0.0.2", 1), flow_of(61, "b", "10.0.0.1", 1)});
  Reader store = reader();
  const Reader::Top names = store.top(query_of(""), schema::Field::kProcessName, 1);
  ASSERT_EQ(names.values.size(), 1u);
  EXPECT_EQ(names.values[0], std::make_pair(std::string("b"), uint64_t{3}));
  EXPECT_EQ(names.distinct, 2u);
  EXPECT_EQ(names.records, 4u);
  const Reader::Top peers = store.top(query_of("process.name:b"), schema::Field::kRemoteIp, 10);
  ASSERT_EQ(peers.values.size(), 2u);
  EXPECT_EQ(peers.values[0].first, "10.0.0.1");
  EXPECT_EQ(store.top(query_of(""), schema::Field::kKind, 10).values.at(0).first, "flow");
  const auto minutes = store.histogram(query_of(""), int64_t{60} * 1'000'000'000);
  EXPECT_EQ(minutes, (std::map<int64_t, uint64_t>{
                         {kTestTime.ns, 3}, {kTestTime.ns + int64_t{60} * 1'000'000'000, 1}}));
}

TEST_F(StoreTest, ADamagedFileIsNamedAndTheRestIsRead) {
  keep("events-00000001.db", {flow_of(1, "a", "10.0.0.1", 1)});
  std::ofstream(folder_.file("events-00000002.db")) << std::string(100'000, 'x');
  std::vector<event::Activity> many;
  for (int i = 0; i < 2000; ++i) many.push_back(flow_of(i, "p" + std::to_string(i), "10.0.0.1", 1));
  keep("events-00000003.db", many);
  {
    std::fstream file(folder_.file("events-00000003.db"), std::ios::in | std::ios::out);
    file.seekp(40'000);
    file << std::string(150'000, 'y');
  }
  Reader store = reader();
  EXPECT_GE(found(store, "process.name:a").size(), 1u);
  ASSERT_GE(store.problems().size(), 2u);
  EXPECT_NE(store.problems()[0].find("events-00000002.db"), std::string::npos);
  EXPECT_NE(store.problems()[1].find("events-00000003.db"), std::string::npos);
}

TEST_F(StoreTest, AFileOfAnOlderPicketIsReadAndBroughtUpToDateWithACopyBeside) {
  keep("events-00000001.db", {flow_of(1, "a", "10.0.0.1", 1)});
  const std::string path = folder_.file("events-00000001.db");
  {
    auto database = Database::open(path, Database::Mode::kAppend);
    ASSERT_TRUE(database);
    // As if remote names had not been kept then, nor files at all.
    ASSERT_TRUE(
        database->run("ALTER TABLE flow DROP COLUMN remote_name; DROP TABLE file;"
                      "UPDATE meta SET value=1 WHERE name='fields'"));
  }
  {
    Reader store = reader();
    EXPECT_EQ(counted(store, "remote.name:x OR process.name:a"), 1u);
    EXPECT_EQ(counted(store, "file.path:x"), 0u);
    EXPECT_TRUE(store.problems().empty()) << store.problems().at(0);
  }
  event::Activity named = flow_of(2, "b", "10.0.0.1", 1);
  std::get<event::ConnectionMade>(named.what).remote_name = "x";
  keep("events-00000001.db", {named});
  Reader store = reader();
  EXPECT_EQ(counted(store, "remote.name:x"), 1u);
  EXPECT_EQ(counted(store, ""), 2u);
  EXPECT_TRUE(std::filesystem::exists(path + ".v1.backup"));
}

TEST_F(StoreTest, AFileOfANewerPicketIsLeftAlone) {
  keep("events-00000001.db", {flow_of(1, "a", "10.0.0.1", 1)});
  const std::string path = folder_.file("events-00000001.db");
  {
    auto database = Database::open(path, Database::Mode::kAppend);
    ASSERT_TRUE(database && database->run("PRAGMA user_version=99"));
  }
  const auto writer = SegmentWriter::open(path, Database::Mode::kAppend);
  ASSERT_FALSE(writer);
  EXPECT_NE(writer.error().message.find("newer picket"), std::string::npos);
}

TEST_F(StoreTest, WhatWasRolledBackIsNotThere) {
  const std::string path = folder_.file("events-00000001.db");
  auto writer = SegmentWriter::open(path, Database::Mode::kAppend);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->begin());
  ASSERT_TRUE(writer->append(*record_of(flow_of(1, "gone", "10.0.0.1", 1))));
  writer->roll_back();
  ASSERT_TRUE(writer->begin());
  ASSERT_TRUE(writer->append(*record_of(flow_of(1, "gone", "10.0.0.2", 1))));
  ASSERT_TRUE(writer->commit());
  Reader store = reader();
  EXPECT_EQ(counted(store, "process.name:gone"), 1u);
}

TEST_F(StoreTest, TheLatestWordOnAnIncidentCounts) {
  for (const auto& [name, updated, json] : {std::tuple{"events-00000001.db", 1, "{\"a\":1}"},
                                            std::tuple{"events-00000002.db", 2, "{}"}}) {
    auto writer = SegmentWriter::open(folder_.file(name), Database::Mode::kAppend);
    ASSERT_TRUE(writer && writer->begin());
    ASSERT_TRUE(writer->put({"one", WallTime{updated}, {}, {}, 2, json, {}}));
    ASSERT_TRUE(
        writer->put({"two", WallTime{updated}, {}, {}, 2, json, updated == 2 ? "one" : ""}));
    ASSERT_TRUE(writer->commit());
  }
  Reader store = reader();
  const auto incidents = store.incidents();
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].id, "one");
  EXPECT_EQ(incidents[0].json, "{}");
}

event::Activity life_of(const std::string& id, int64_t second, std::optional<double> lasted) {
  event::Activity activity = flow_of(second, "curl", "10.1.2.3", 443);
  auto& made = std::get<event::ConnectionMade>(activity.what);
  made.id = id;
  made.finished = lasted.has_value();
  made.duration_s = lasted;
  return activity;
}

TEST_F(StoreTest, AddsUpWhoTalked) {
  keep("events-00000001.db",
       {flow_of(1, "curl", "10.1.2.3", 443), flow_of(3600, "curl", "10.1.2.4", 80)});
  keep("events-00000002.db", {flow_of(3601, "curl", "10.1.2.3", 443), life_of("a", 5, std::nullopt),
                              life_of("a", 9, 4.0), flow_of(7, "sshd", "192.0.2.7", 22)});
  Reader store = reader();
  const search::Query flows = query_of("kind:flow");
  const auto all = store.talk(flows, schema::Field::kProcessName, 0);
  ASSERT_EQ(all.size(), 2u);
  const Reader::Talk& curl = all.at({"curl", 0});
  EXPECT_EQ(curl.connections, 4u) << "beginning and end are one";
  EXPECT_EQ(curl.bytes_in, 5u * 2000);
  EXPECT_EQ(curl.first.ns, kTestTime.ns + 1'000'000'000);
  EXPECT_EQ(curl.last.ns, kTestTime.ns + 3601ll * 1'000'000'000);
  const auto hourly = store.talk(flows, schema::Field::kProcessName, 3600ll * 1'000'000'000);
  EXPECT_EQ(hourly.at({"curl", kTestTime.ns}).connections, 2u);
  EXPECT_EQ(hourly.at({"curl", kTestTime.ns + 3600ll * 1'000'000'000}).connections, 2u);
}

TEST_F(StoreTest, KnowsWhatWasOpenAtAMoment) {
  keep("events-00000001.db", {life_of("over", 9, 8.0), life_of("later", 20, std::nullopt),
                              life_of("long", 2, std::nullopt), life_of("long", 30, 28.0),
                              life_of("short", 3, std::nullopt), life_of("short", 4, 1.0),
                              life_of("still", 1, std::nullopt)});
  Reader store = reader();
  std::vector<std::string> open;
  for (const schema::Record& record : open_at(store, WallTime{kTestTime.ns + 5ll * 1'000'000'000}))
    open.emplace_back(record.text_of(schema::Field::kConnectionId));
  std::ranges::sort(open);
  EXPECT_EQ(open, (std::vector<std::string>{"long", "over", "still"}));
}

TEST_F(StoreTest, GivesUpWhenTold) {
  std::vector<event::Activity> many;
  for (int64_t i = 0; i < 20'000; ++i) many.push_back(flow_of(i, "curl", "10.1.2.3", 443));
  keep("events-00000001.db", many);
  Reader store = reader();
  store.stop_when([] { return true; });
  EXPECT_EQ(store.count(query_of("bytes.in:>1 NOT remote.port:22")), 0u);
  EXPECT_EQ(store.problems().size(), 1u);
}

}  // namespace
}  // namespace picket::store
