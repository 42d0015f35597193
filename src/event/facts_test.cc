// SPDX-License-Identifier: Apache-2.0
#include "event/facts.h"

#include <gtest/gtest.h>

#include "event/community_id.h"

namespace picket::event {
namespace {

constexpr int64_t kSeenAt = 1'767'323'045'678'901'000;  // 2026-01-02T03:04:05.678901Z

Endpoint endpoint(std::string_view address, uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

FlowFacts full_flow() {
  FlowFacts flow;
  flow.id = "1a-2f";
  flow.protocol = 6;
  flow.role = Role::kClient;
  flow.state = FlowState::kEstablished;
  flow.local = endpoint("10.0.0.5", 41822);
  flow.remote = endpoint("203.0.113.9", 80);
  flow.attribution = Attribution::kHook;
  flow.owner_note = "several processes use this socket";
  flow.owner = {4122, 17'976'931'348'623'157};
  flow.process = "csrcs";
  flow.executable = "/tmp/csrcs";
  flow.executable_deleted = true;
  flow.executable_is_memfd = true;
  flow.uid = 33;
  flow.user = "www-data";
  flow.unit = "nginx.service";
  flow.container = "docker:0123456789ab";
  flow.shared = true;
  flow.inode = 991;
  flow.network_namespace = 4026531840;
  flow.network_namespace_name = "web";
  flow.remote_name = "update.example";
  flow.name_source = NameSource::kDns;
  flow.name_learnt = WallTime{kSeenAt - 4'000'000'000};
  flow.name_ttl_s = 300;
  flow.country = "NL";
  flow.as_number = 64496;
  flow.as_organization = "Example \"Net\"";
  flow.opened = WallTime{kSeenAt};
  flow.last_seen = WallTime{kSeenAt + 2'000'000'000};
  flow.closed = WallTime{kSeenAt + 3'000'000'000};
  flow.opened_before_start = true;
  flow.counters = {1100, 212, 9, 8, 12'000, 1, true};
  flow.bytes_in_per_s = 1.5;
  flow.bytes_out_per_s = 0.25;
  flow.suspicion_severity = "high";
  flow.suspicion = "csrcs is named like csrss";
  return flow;
}

std::string json_of(const auto&... parts) {
  std::string out;
  JsonWriter json(out);
  append_json(json, parts...);
  return out;
}

TEST(FlowFactsJson, IsTheContract) {
  EXPECT_EQ(
      json_of(full_flow()),
      R"({"type":"flow","id":"1a-2f","community_id":"1:)" +
          community_id(6, full_flow().local, full_flow().remote)->substr(2) +
          R"(","transport":"tcp","protocol":6,"direction":"outbound",)"
          R"("role":"client","state":"established","local":{"ip":"10.0.0.5","port":41822},)"
          R"("remote":{"ip":"203.0.113.9","port":80,"scope":"global","name":"update.example",)"
          R"("name_source":"dns","name_learnt":"2026-01-02T03:04:01.678901Z","name_age_s":6,)"
          R"("name_ttl_s":300,"country":"NL","as_number":64496,"as_organization":"Example \"Net\""},)"
          R"("owner":"process","attribution":"hook","owner_note":"several processes use this socket",)"
          R"("process":{"pid":4122,"start":17976931348623157,"name":"csrcs","executable":"/tmp/csrcs",)"
          R"("executable_deleted":true,"executable_memfd":true,)"
          R"("uid":33,"user":"www-data"},"unit":"nginx.service","container":"docker:0123456789ab",)"
          R"("shared":true,"inode":991,"network_namespace":{"id":4026531840,"name":"web"},)"
          R"("bytes_in":1100,"bytes_out":212,"packets_in":9,"packets_out":8,"rtt_us":12000,)"
          R"("retransmits":1,"bytes_in_per_s":1.5,"bytes_out_per_s":0.25,)"
          R"("opened":"2026-01-02T03:04:05.678901Z","last_seen":"2026-01-02T03:04:07.678901Z",)"
          R"("closed":"2026-01-02T03:04:08.678901Z","opened_before_start":true,)"
          R"("suspicion":{"severity":"high","reason":"csrcs is named like csrss"}})");
}

TEST(FlowFactsJson, ComesBackWhole) {
  const std::string json = json_of(full_flow());
  const auto back = parse_flow_facts(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(json_of(*back), json);
  EXPECT_EQ(back->owner, full_flow().owner) << "no digit of the start may get lost";
}

TEST(FlowFactsJson, AListenerHasNoRemote) {
  FlowFacts flow;
  flow.id = "1-1";
  flow.role = Role::kListener;
  flow.owner_class = OwnerClass::kKernel;
  flow.process = "kernel";
  const std::string json = json_of(flow);
  EXPECT_EQ(json.find("\"remote\""), std::string::npos);
  EXPECT_EQ(json.find("\"pid\""), std::string::npos);
  EXPECT_EQ(json.find("\"bytes_in\""), std::string::npos) << "nobody counted";
  const auto back = parse_flow_facts(json);
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->counters.known);
  EXPECT_EQ(json_of(*back), json);
}

TEST(FlowFactsJson, FollowLinesSayWhatHappened) {
  const std::string json = json_of(full_flow(), FlowEvent::kClosed);
  EXPECT_TRUE(json.starts_with(R"({"type":"flow","event":"closed","id":)")) << json;
  EXPECT_TRUE(parse_flow_facts(json));
}

TEST(FlowFactsJson, HostileTextsStayInside) {
  FlowFacts flow = full_flow();
  flow.process = "a\"},{\"\x1b[2J\n\xff";
  const auto back = parse_flow_facts(json_of(flow));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->process, "a\"},{\"\x1b[2J\n\xef\xbf\xbd");
}

TEST(FlowFactsJson, UnknownMembersAreSkipped) {
  EXPECT_TRUE(parse_flow_facts(
      R"({"type":"flow","later":[1,{"x":2}],"id":"1-1","local":{"ip":"::1","port":1,"more":null}})"));
}

TEST(FlowFactsJson, RefusesWhatItIsNot) {
  const std::string good = json_of(full_flow());
  for (const std::string_view bad :
       {"", "{}", "[]", "null", "\"flow\"", R"({"type":"process","pid":1})",
        R"({"type":"flow","id":"1-1"})", R"({"type":"flow","id":"1-1","local":{"ip":"nowhere"}})",
        R"({"type":"flow","id":"1-1","local":{"ip":"::1","port":65536}})",
        R"({"type":"flow","id":"1-1","local":{"ip":"::1"},"role":"boss"})",
        R"({"type":"flow","id":"1-1","local":{"ip":"::1"},"opened":"yesterday"})",
        R"({"type":"flow","id":5,"local":{"ip":"::1"}})"})
    EXPECT_FALSE(parse_flow_facts(bad)) << bad;
  for (size_t length = 0; length < good.size(); ++length)
    ASSERT_FALSE(parse_flow_facts(std::string_view(good).substr(0, length))) << length;
  std::string deep(2000, '[');
  EXPECT_FALSE(parse_flow_facts(deep));
  EXPECT_FALSE(parse_flow_facts(good + std::string(kFactsJsonMax, ' '))) << "larger than the bound";
}

TEST(ProcessFactsJson, ComesBackWhole) {
  ProcessFacts process;
  process.key = {4122, 123'456'789};
  process.started = WallTime{kSeenAt};
  process.exited = WallTime{kSeenAt + 1'000'000};
  process.name = "csrcs";
  process.command = "csrcs";
  process.executable = "/tmp/csrcs";
  process.executable_deleted = true;
  process.invoked_as = "./csrcs";
  process.arguments = {"./csrcs", "-x", "", "a b"};
  process.arguments_truncated = true;
  process.working_directory = "/tmp";
  process.uid = 33;
  process.user = "www-data";
  process.login_uid = 1000;
  process.login_user = "eve";
  process.session_id = 900;
  process.terminal = "pts/3";
  process.cgroup_id = 77;
  process.cgroup = "/system.slice/nginx.service";
  process.unit = "nginx.service";
  process.container = "docker:0123456789ab";
  process.container_id = std::string(64, 'a');
  process.pid_in_namespace = 7;
  process.file = {64769, 12, 1'700'000'000'000'000'001, 4096};
  process.sha256 = std::string(64, 'f');
  process.package = "nginx";
  process.package_version = "1.22.1-9";
  process.package_match = PackageMatch::kDiffers;
  process.parents = {{{800, 5}, WallTime{kSeenAt}, "sh", "/bin/dash"},
                     {{1, 1}, WallTime{kSeenAt}, "systemd", ""}};
  const std::string json = json_of(process, ProcessEvent::kExited);
  EXPECT_TRUE(
      json.starts_with(R"({"type":"process","event":"exited","pid":4122,"start":123456789,)"));
  const auto back = parse_process_facts(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(json_of(*back, ProcessEvent::kExited), json);
  EXPECT_EQ(back->arguments, process.arguments);
  EXPECT_EQ(back->file, process.file);
  EXPECT_FALSE(parse_process_facts(R"({"type":"process"})"));
  EXPECT_FALSE(parse_process_facts(R"({"type":"process","pid":1,"arguments":[1]})"));
}

// The published examples of corelight/community-id-spec (baseline, seed 0).
TEST(CommunityId, MatchesThePublishedExamples) {
  EXPECT_EQ(community_id(6, endpoint("128.232.110.120", 34855), endpoint("66.35.250.204", 80)),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(6, endpoint("66.35.250.204", 80), endpoint("128.232.110.120", 34855)),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(17, endpoint("192.168.1.52", 54585), endpoint("8.8.8.8", 53)),
            "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

TEST(CommunityId, IsAbsentWhereItCannotBeRight) {
  EXPECT_FALSE(community_id(1, endpoint("192.0.2.1", 0), endpoint("192.0.2.2", 0)));
  EXPECT_FALSE(community_id(6, endpoint("0.0.0.0", 80), endpoint("192.0.2.2", 1)));
  EXPECT_FALSE(community_id(6, endpoint("::2", 80), endpoint("192.0.2.2", 1)));
}

TEST(Rfc3339, ReadsBackAndRefuses) {
  EXPECT_EQ(parse_rfc3339(rfc3339(WallTime{kSeenAt})), WallTime{kSeenAt});
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), WallTime{0});
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.5Z"), WallTime{-500'000'000});
  for (const std::string_view bad :
       {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05Zx", "9999-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

}  // namespace
}  // namespace picket::event
