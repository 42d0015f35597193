// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/capture/eve_writer.h"
#include "app/capture/frame_source_for_tests.h"

namespace picket::app::capture {
namespace {

using nlohmann::json;
using namespace packet::for_tests;

constexpr uint32_t kClient = 0x0a000001, kServer = 0x0a000002;

struct Read {
  std::vector<json> records;
  CaptureOutcome outcome;
};

Read read(sensor::replay::ByteSource& source, const std::vector<std::string>& set = {},
          inspect::Inspector* inspector = nullptr, bool ips = false, const EveOptions& eve = {}) {
  const auto settings = CaptureSettings::create(set, "none", ips);
  EXPECT_TRUE(settings) << (settings ? "" : settings.error().text());
  if (settings) (*settings)->hash_files();
  std::string lines;
  EveWriter writer(eve, [&lines](std::string_view more) { lines += more; });
  CaptureRun run({.settings = **settings,
                  .sink = writer,
                  .inspector = inspector,
                  .on_link_type = [&](uint16_t type) { writer.set_link_type(type); },
                  .on_progress = {}});
  Read out;
  auto outcome = run.read(source);
  EXPECT_TRUE(outcome);
  if (outcome) out.outcome = *outcome;
  writer.flush();
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at);
    out.records.push_back(json::parse(lines.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

const json* first(const Read& read, std::string_view type) {
  for (const json& record : read.records)
    if (record["event_type"] == type) return &record;
  return nullptr;
}

std::vector<Frame> conversation() {
  const auto to_server = [](uint32_t seq, uint32_t ack, uint8_t flags, std::string_view words) {
    return ipv4(kClient, kServer, 6,
                tcp(1000, 80, seq, ack, flags, packet::for_tests::text(words)));
  };
  const auto to_client = [](uint32_t seq, uint32_t ack, uint8_t flags, std::string_view words) {
    return ipv4(kServer, kClient, 6,
                tcp(80, 1000, seq, ack, flags, packet::for_tests::text(words)));
  };
  const std::string_view get = "GET /index.html HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
  const std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  const uint32_t asked = 101 + static_cast<uint32_t>(get.size());
  const uint32_t told = 501 + static_cast<uint32_t>(answer.size());
  return {to_server(100, 0, 2, ""),
          to_client(500, 101, 18, ""),
          to_server(101, 501, 16, ""),
          to_server(101, 501, 24, get),
          to_client(501, asked, 24, answer),
          to_server(asked, told, 16, ""),
          to_client(told, asked, 17, ""),
          to_server(asked, told + 1, 17, ""),
          to_client(told + 1, asked + 1, 16, "")};
}

TEST(CaptureRun, WritesWhatHappenedAsEve) {
  FrameSource source(conversation());
  const Read seen = read(source);
  EXPECT_EQ(seen.outcome.packets, 9u);
  const json* http = first(seen, "http");
  ASSERT_NE(http, nullptr);
  EXPECT_EQ((*http)["http"]["hostname"], "www.example.org");
  EXPECT_EQ((*http)["http"]["status"], 200);
  EXPECT_EQ((*http)["src_port"], 1000);
  const json* flow = first(seen, "flow");
  ASSERT_NE(flow, nullptr);
  EXPECT_EQ((*flow)["app_proto"], "http");
  EXPECT_EQ((*flow)["flow"]["pkts_toserver"], 5);
  EXPECT_EQ((*flow)["flow"]["state"], "closed");
  EXPECT_EQ((*flow)["flow"]["age"], 8);
  EXPECT_EQ((*flow)["tcp"]["state"], "closed");
  EXPECT_EQ((*flow)["tcp"]["tcp_flags_ts"], "1b");
  EXPECT_EQ((*flow)["timestamp"], "2023-11-14T22:13:28.000000+0000");
  EXPECT_NE(first(seen, "netflow"), nullptr);
}

TEST(CaptureRun, WritesOnlyTheEventTypesAskedFor) {
  FrameSource source(conversation());
  const Read seen = read(source, {}, nullptr, false, {.types = {"http", "flow"}});
  ASSERT_EQ(seen.records.size(), 2u);
  EXPECT_NE(first(seen, "http"), nullptr);
  EXPECT_NE(first(seen, "flow"), nullptr);
}

TEST(CaptureRun, GivesTheSameTwice) {
  FrameSource one(conversation()), two(conversation());
  EXPECT_EQ(read(one).records, read(two).records);
}

TEST(CaptureRun, FollowsFragmentsAndTunnels) {
  const Frame datagram = udp(9, 53, packet::for_tests::text("0123456789abcdef"));
  const Frame head(datagram.begin(), datagram.begin() + 16),
      tail(datagram.begin() + 16, datagram.end());
  const Frame inside = ipv4(3, 4, 17, udp(1, 2, packet::for_tests::text("x")));
  FrameSource source({ipv4(kClient, kServer, 17, head, 0x2000), ipv4(kClient, kServer, 17, tail, 2),
                      ipv4(kClient, kServer, 47, join(bytes({0, 0, 8, 0}), inside))});
  std::vector<std::string> flows;
  for (const json& record : read(source).records)
    if (record["event_type"] == "flow")
      flows.push_back(std::string(record["src_ip"]) + ">" +
                      std::to_string(int(record["dest_port"])));
  EXPECT_THAT(flows, testing::ElementsAre("10.0.0.1>53", "0.0.0.3>2"));
}

// Alerts once on the request and blocks.
struct OneRule final : inspect::Inspector {
  inspect::Verdict on_packet(inspect::PacketContext& context) override {
    if (context.packet.payload.empty() || told) return inspect::Verdict::kAccept;
    told = true;
    inspect::RuleMatch match;
    match.rule = &rule;
    match.blocked = true;
    match.target = inspect::RuleMatch::Target::kDestination;
    context.matches.push_back(match);
    context.flow->alerted = context.flow->dropped = true;
    return inspect::Verdict::kDrop;
  }
  const std::pair<std::string_view, std::string_view> metadata[2] = {{"k", "v1"}, {"k", "v2"}};
  inspect::RuleFacts rule{.sid = 7,
                          .rev = 2,
                          .message = "words",
                          .category = "kind",
                          .action = "drop",
                          .metadata = metadata,
                          .references = {},
                          .file = {},
                          .text = {}};
  bool told = false;
};

TEST(CaptureRun, AlertsAndDropsAsEveTellsThem) {
  FrameSource source(conversation());
  OneRule rule;
  const Read seen = read(source, {}, &rule, true);
  const json* alert = first(seen, "alert");
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ((*alert)["alert"]["signature_id"], 7);
  EXPECT_EQ((*alert)["alert"]["action"], "blocked");
  EXPECT_EQ((*alert)["alert"]["metadata"]["k"], json({"v1", "v2"}));
  EXPECT_EQ((*alert)["alert"]["target"]["ip"], "10.0.0.2");
  EXPECT_EQ((*alert)["direction"], "to_server");
  EXPECT_EQ((*alert)["pcap_cnt"], 4);
  size_t drops = 0;
  for (const json& record : seen.records) drops += record["event_type"] == "drop";
  EXPECT_EQ(drops, 6u);  // the one that matched and all that follow
  EXPECT_EQ((*first(seen, "flow"))["flow"]["action"], "drop");
}

// Tags and captures from every packet, and notes on the flow.
struct Noted final : inspect::DetectionMemo {
  void append_eve(JsonWriter& out) const override {
    append_traffic(out);
    out.key("metadata").begin_object().member("noted", true).end_object();
  }
  void append_traffic(JsonWriter& out) const override {
    out.key("traffic").begin_object().member("id", "curl").end_object();
  }
};
struct Noting final : inspect::Inspector {
  inspect::Verdict on_packet(inspect::PacketContext& context) override {
    if (context.flow && !context.flow->memo) context.flow->memo = std::make_unique<Noted>();
    context.tagged = !context.packet.payload.empty();
    if (context.tagged) context.captured_json = R"("pktvars":[{"uid":"7"}])";
    return inspect::Verdict::kAccept;
  }
};

TEST(CaptureRun, WhatRulesNotedIsTold) {
  FrameSource source(conversation());
  Noting noting;
  const Read seen = read(source, {}, &noting);
  const json* packet = first(seen, "packet");
  ASSERT_NE(packet, nullptr);
  EXPECT_FALSE(std::string((*packet)["packet"]).empty());
  EXPECT_EQ((*packet)["packet_info"]["linktype_name"], "RAW");
  ASSERT_NE(first(seen, "metadata"), nullptr);
  EXPECT_EQ((*first(seen, "metadata"))["metadata"]["pktvars"][0]["uid"], "7");
  EXPECT_EQ((*first(seen, "flow"))["traffic"]["id"], "curl");
  EXPECT_EQ((*first(seen, "netflow"))["metadata"]["noted"], true);
  EXPECT_TRUE(std::string((*first(seen, "flow"))["community_id"]).starts_with("1:"));
  EXPECT_FALSE((*first(seen, "flow"))["flow"].contains("exception_policy"));
}

TEST(EveTime, IsTheTimeOfTheCalendar) {
  const auto check = [](int64_t ns) {
    std::string expected = rfc3339(WallTime{ns});
    expected.replace(expected.size() - 1, 1, "+0000");
    EXPECT_EQ(eve_time(WallTime{ns}), expected);
  };
  for (const int64_t ns : {int64_t{0}, int64_t{1}, int64_t{951'827'696'123'456'789},
                           int64_t{1'709'251'199'999'999'999}, int64_t{4'102'444'800'000'000'000},
                           int64_t{-1}, int64_t{-86'400'000'000'000}})
    check(ns);
}

TEST(CaptureSettings, SaysWhatItDoesNotUnderstand) {
  EXPECT_FALSE(CaptureSettings::create({"nothing"}, "", false));
  EXPECT_FALSE(CaptureSettings::create({}, "some", false));
  EXPECT_FALSE(CaptureSettings::create({"host-os-policy.beos=10.0.0.0/8"}, "", false));
  const auto good = CaptureSettings::create(
      {"stream.reassembly.depth=2mb", "host-os-policy.linux=[10.0.0.0/8, ::/0]"}, "", true);
  ASSERT_TRUE(good);
  EXPECT_EQ((*good)->stream.depth, 2u << 20);
  EXPECT_TRUE((*good)->stream.inline_mode);
  EXPECT_EQ((*good)->stream.policy_of(*IpAddress::parse("10.1.2.3")),
            inspect::stream::OverlapPolicy::kLinux);
}

// Names that the schema does not have, where it allows no others.
void unknown_names(const json& value, const json& schema, const std::string& at,
                   std::vector<std::string>& found) {
  if (value.is_array()) {
    if (const auto items = schema.find("items"); items != schema.end() && items->is_object())
      for (const json& item : value) unknown_names(item, *items, at, found);
    return;
  }
  const auto properties = schema.find("properties");
  if (!value.is_object() || properties == schema.end()) return;
  const bool closed = schema.value("additionalProperties", json(true)) == json(false);
  for (const auto& [name, member] : value.items()) {
    const auto known = properties->find(name);
    if (known != properties->end())
      unknown_names(member, *known, at + "." + name, found);
    else if (closed)
      found.push_back(at + "." + name);
  }
}

TEST(EveWriter, UsesOnlyNamesOfThePublishedSchema) {
  const char* shared = std::getenv("PICKET_SHARED");
  const std::filesystem::path corpus = std::filesystem::path(shared ? shared : "") / "corpus";
  const auto schema_source =
      sensor::replay::FileSource::open((corpus / "eve/schema.json").string());
  if (!shared || !schema_source) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
  std::string text(4 << 20, '\0');
  size_t size = 0;
  while (const auto got =
             (*schema_source)
                 ->read({reinterpret_cast<uint8_t*>(text.data()) + size, text.size() - size})) {
    if (*got == 0) break;
    size += *got;
  }
  const json schema = json::parse(text.substr(0, size));
  std::vector<std::filesystem::path> captures;
  for (const auto& entry : std::filesystem::directory_iterator(corpus / "captures/ordinary"))
    if (entry.file_size() < 20'000) captures.push_back(entry.path());
  std::sort(captures.begin(), captures.end());
  ASSERT_FALSE(captures.empty());
  std::vector<std::string> found;
  for (size_t i = 0; i < captures.size(); i += 8) {
    const auto source = sensor::replay::FileSource::open(captures[i].string());
    ASSERT_TRUE(source);
    for (const json& record : read(**source).records)
      unknown_names(record, schema, record["event_type"], found);
  }
  EXPECT_THAT(found, testing::IsEmpty());
}

}  // namespace
}  // namespace picket::app::capture
