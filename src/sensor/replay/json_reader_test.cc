// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/json_reader.h"

#include <gtest/gtest.h>

#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

TestRead read_json(std::string_view text, size_t step = 0) {
  JsonReader reader;
  return read_with(reader, InputKind::kJson, as_bytes(text), step);
}

TestRecord one(std::string_view text) {
  const TestRead read = read_json(text);
  EXPECT_EQ(read.records.size(), 1u) << text;
  EXPECT_EQ(read.outcome.damaged, 0u) << text;
  return read.records.empty() ? TestRecord{} : read.records[0];
}

TEST(JsonReader, nested_windows_events_in_every_spelling_of_attributes) {
  const char* spellings[] = {
      R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"P","Guid":"G"}},"EventID":1,
          "TimeCreated":{"#attributes":{"SystemTime":"2026-04-17T05:24:53.09Z"}},"Correlation":null,"Channel":"C","Computer":"H"},
          "EventData":{"Image":"a.exe","ProcessId":4}}})",
      R"({"Event_attributes":{"xmlns":"x"},"Event":{"System":{"Provider_attributes":{"Name":"P","Guid":"G"},"EventID":1,
          "TimeCreated_attributes":{"SystemTime":"2026-04-17T05:24:53.09Z"},"Channel":"C","Computer":"H"},
          "EventData":{"Image":"a.exe","ProcessId":4}}})",
      R"({"Event":{"@xmlns":"x","System":{"Provider":{"@Name":"P","@Guid":"G"},"EventID":{"@Qualifiers":"0","#text":"1"},
          "TimeCreated":{"@SystemTime":"2026-04-17T05:24:53.09Z"},"Channel":"C","Computer":"H"},
          "EventData":{"Data":[{"@Name":"Image","#text":"a.exe"},{"@Name":"ProcessId","#text":"4"}]}}})"};
  for (const char* text : spellings) {
    const TestRecord record = one(text);
    EXPECT_EQ(record["EventID"], "1") << text;
    EXPECT_EQ(record["Provider_Name"], "P") << text;
    EXPECT_EQ(record["Provider_Guid"], "G") << text;
    EXPECT_EQ(record["TimeCreated"], "2026-04-17T05:24:53.09Z") << text;
    EXPECT_EQ(record["Image"], "a.exe") << text;
    EXPECT_EQ(record["ProcessId"], "4") << text;
    EXPECT_EQ(record["Correlation"], "(absent)") << text;
    EXPECT_EQ(record.product + "/" + record.channel + "/" + record.computer, "windows/C/H") << text;
    EXPECT_EQ(record.event_id, 1u) << text;
    EXPECT_EQ(record.time, WallTime{1'776'403'493'090'000'000}) << text;
  }
}

TEST(JsonReader, nested_windows_user_data_and_lists) {
  const TestRecord record = one(
      R"({"Event":{"System":{"EventID":5858},"UserData":{"Op":{"#attributes":{"xmlns":"y"},"User":"U","Ids":[1,2]}},
          "EventData":{"Data":{"#text":["a","b"]}}}})");
  EXPECT_EQ(record["User"], "U");
  EXPECT_EQ(record.count("Ids"), 2u);
  EXPECT_EQ(record.count("Data"), 2u);
  EXPECT_EQ(record["xmlns"], "(absent)");
}

TEST(JsonReader, winlogbeat_now_and_before) {
  for (
      const char* text :
      {R"({"@timestamp":"2026-01-02T03:04:05.678Z","winlog":{"event_id":4688,"channel":"Security","provider_name":"P",
            "computer_name":"H","record_id":9,"event_data":{"NewProcessName":"a.exe","SubjectUserName":"u"}},"message":"m","host":{"name":"H"}})",
       R"({"@timestamp":"2026-01-02T03:04:05.678Z","event_id":4688,"log_name":"Security","source_name":"P",
            "computer_name":"H","record_number":"9","event_data":{"NewProcessName":"a.exe","SubjectUserName":"u"},"message":"m"})"}) {
    const TestRecord record = one(text);
    EXPECT_EQ(record["EventID"], "4688") << text;
    EXPECT_EQ(record["Channel"], "Security") << text;
    EXPECT_EQ(record["Provider_Name"], "P") << text;
    EXPECT_EQ(record["Computer"], "H") << text;
    EXPECT_EQ(record["EventRecordID"], "9") << text;
    EXPECT_EQ(record["NewProcessName"], "a.exe") << text;
    EXPECT_EQ(record["Message"], "m") << text;
    EXPECT_EQ(record.event_id, 4688u) << text;
    EXPECT_EQ(record.time, WallTime{1'767'323'045'678'000'000}) << text;
  }
}

TEST(JsonReader, flat_windows_events_get_the_canonical_names_too) {
  const TestRecord record = one(
      R"({"EventID":13,"SourceName":"Microsoft-Windows-Sysmon","Hostname":"H","RecordNumber":5,"Channel":"C",
          "EventType":"INFO","EventTypeOrignal":"SetValue","@timestamp":"2020-09-04T20:09:40.845Z","Keywords":-9214364837600034816})");
  EXPECT_EQ(record["Provider_Name"], "Microsoft-Windows-Sysmon");
  EXPECT_EQ(record["Computer"], "H");
  EXPECT_EQ(record["EventRecordID"], "5");
  EXPECT_EQ(record["EventType"], "SetValue") << "the event's own, not NXLog's";
  EXPECT_EQ(record.count("EventType"), 1u);
  EXPECT_EQ(record["Keywords"], "-9214364837600034816");
  const TestRecord put_back = one(
      R"({"EventID":13,"SourceName":"Microsoft-Windows-Sysmon","Channel":"C","EventType":"SetValue","EventTypeOrignal":"INFO"})");
  EXPECT_EQ(put_back["EventType"], "SetValue") << "some exports have put it back";
  EXPECT_EQ(record.product, "windows");
  EXPECT_EQ(record.time, WallTime{1'599'250'180'845'000'000});
}

TEST(JsonReader, zeek_logs_by_path_stream_fields_or_file) {
  EXPECT_EQ(one(R"({"_path":"weird","ts":1.5,"uid":"C"})").channel, "weird");
  const TestRecord corelight = one(
      R"({"@stream":"conn","@system":"s","ts":1588205199.82437,"id_orig_h":"10.0.1.6","id_resp_p":53})");
  EXPECT_EQ(corelight.channel, "conn");
  EXPECT_EQ(corelight.product, "zeek");
  EXPECT_EQ(corelight.computer, "s");
  EXPECT_EQ(corelight["id.orig_h"], "10.0.1.6");
  EXPECT_EQ(corelight["ts"], "1588205199.82437");
  EXPECT_EQ(corelight.time, WallTime{1'588'205'199'824'370'000});
  EXPECT_EQ(one(R"({"ts":1,"uid":"C","id.orig_h":"a","qtype_name":"A","answers":["x","y"]})")
                .count("answers"),
            2u);
  EXPECT_EQ(one(R"({"ts":1,"uid":"C","qtype_name":"A"})").channel, "dns");
  EXPECT_EQ(one(R"({"ts":1,"uid":"C","nothing":"known"})").channel, "test") << "the input's name";
  EXPECT_EQ(one(R"({"ts":1,"other":"x"})").product, "") << "a time alone is no Zeek log";
}

TEST(JsonReader, eve_is_joined_by_dots) {
  const TestRecord record = one(
      R"({"timestamp":"2026-01-02T03:04:05.678901+0100","event_type":"dns","src_ip":"10.0.0.1","dns":{"queries":[{"rrname":"a.example"},{"rrname":"b.example"}],"id":7,"tc":false}})");
  EXPECT_EQ(record.product + "/" + record.channel, "suricata/dns");
  EXPECT_EQ(record["dns.queries.rrname"], "a.example");
  EXPECT_EQ(record.count("dns.queries.rrname"), 2u);
  EXPECT_EQ(record["dns.tc"], "false");
  EXPECT_EQ(record.time, WallTime{1'767'319'445'678'901'000});
}

TEST(JsonReader, anything_else_is_flattened_with_no_product) {
  const TestRecord record = one(R"({"a":{"b":[1,2.5,null,true]},"_source_":1})");
  EXPECT_EQ(record.product, "");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"a.b", "1"}, {"a.b", "2.5"}, {"a.b", ""}, {"a.b", "true"}, {"_source_", "1"}};
  EXPECT_EQ(record.fields, expected);
  EXPECT_EQ(one(R"({"eventSource":"s3","eventName":"Get"})").product, "aws");
}

TEST(JsonReader, unwraps_what_collectors_put_around) {
  EXPECT_EQ(one(R"({"_index":"i","_source":{"EventID":1,"Channel":"C"}})").event_id, 1u);
  EXPECT_EQ(
      read_json(
          R"({"Records":[{"eventSource":"a","eventName":"b"},{"eventSource":"c","eventName":"d"}]})")
          .records.size(),
      2u);
  EXPECT_EQ(one(R"({"values":[1,2]})").count("values"), 2u) << "a list of numbers is one record";
}

TEST(JsonReader, lines_arrays_and_pretty_printing) {
  for (const char* text :
       {"{\"a\":1}\n{\"a\":2}\n", "[{\"a\":1},{\"a\":2}]", "[\n{\"a\":1},\n{\"a\":2}\n]\n",
        "\xef\xbb\xbf{\n \"a\": 1\n}\n{\n \"a\": 2\n}", "{\"a\":1}{\"a\":2}"}) {
    for (size_t step = 0; step < 20; ++step) {
      const TestRead read = read_json(text, step);
      ASSERT_EQ(read.records.size(), 2u) << text << step;
      EXPECT_EQ(read.records[1]["a"], "2") << text;
      EXPECT_EQ(read.outcome.damaged, 0u) << text;
    }
  }
}

TEST(JsonReader, goes_on_after_a_broken_object) {
  for (const char* broken :
       {"{\"a\":\"cut", "{\"a\":{\"b\":1", "{\"a\":}", "{]}", "garbage", "{\"a\":1]"}) {
    const std::string text = "{\"a\":1}\n" + std::string(broken) + "\n{\"a\":2}\n";
    const TestRead read = read_json(text);
    EXPECT_EQ(read.records.size(), 2u) << broken;
    EXPECT_EQ(read.outcome.damaged, 1u) << broken;
    ASSERT_EQ(read.outcome.listed.size(), 1u) << broken;
    EXPECT_EQ(read.outcome.listed[0].offset, 8u) << broken;
  }
}

TEST(JsonReader, cut_off_anywhere_it_counts_one_damage) {
  constexpr std::string_view kText = "{\"a\": {\"b\": [1, \"x\\\"}\", {\"c\": null}]}}";
  for (size_t length = 1; length < kText.size(); ++length) {
    const TestRead read = read_json(kText.substr(0, length));
    EXPECT_EQ(read.records.size(), 0u) << length;
    EXPECT_EQ(read.outcome.damaged, 1u) << length;
  }
  EXPECT_EQ(read_json(kText).records.size(), 1u);
}

TEST(JsonReader, bounds_fields_and_depth) {
  const auto list_of = [](size_t count) {
    std::string text = "{\"k\":1,\"a\":[0";
    for (size_t i = 1; i < count; ++i) text += ",0";
    return text + "]}";
  };
  EXPECT_EQ(read_json(list_of(JsonShapes::kFieldsMax - 1)).records.size(), 1u);
  EXPECT_EQ(read_json(list_of(JsonShapes::kFieldsMax)).outcome.damaged, 1u);
  const auto deep = [](size_t depth) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += "{\"a\":";
    return text + "1" + std::string(depth, '}');
  };
  EXPECT_EQ(read_json(deep(JsonShapes::kDepthMax)).records.size(), 1u);
  EXPECT_EQ(read_json(deep(JsonShapes::kDepthMax + 2)).outcome.damaged, 1u);
}

TEST(JsonReader, many_unfinished_objects_take_linear_time) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "{\"a\":\n";
  const TestRead read = read_json(text);
  EXPECT_EQ(read.outcome.damaged, 200'000u);
  EXPECT_EQ(read.outcome.listed.size(), kProblemsMax);
}

}  // namespace
}  // namespace picket::sensor::replay
