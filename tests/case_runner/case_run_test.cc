// SPDX-License-Identifier: Apache-2.0
// That cases fail when they must: a runner that passes everything would look just as good.
#include "case_runner/case_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "case_runner/wire_words.h"

namespace picket::case_runner {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// One process with one connection; what is expected of it begins in line 7.
CaseResult expecting(const std::string& expect) {
  return run_case(
      "about: curl talks\nobserve:\n"
      "  - exec: {pid: 100, start: 1, path: /usr/bin/curl}\n"
      "  - socket: {what: opened, cookie: 1, local: \"10.0.0.5:40000\",\n"
      "             remote: \"10.0.0.9:443\", role: client, owner: 100}\n"
      "expect:\n" +
          expect,
      "case.yaml");
}

CaseResult observing(const std::string& step) {
  return run_case("about: x\nobserve:\n  - " + step + "\nexpect:\n  - flow: {}\n    count: 0\n",
                  "case.yaml");
}

TEST(CaseRunTest, PassesWhatIsSo) {
  const CaseResult result = expecting(
      "  - flow: {process.name: curl, remote.port: 443, remote.name: ~}\n"
      "  - {flow: {process.start: 1}, filter: \"port:443\"}\n"
      "  - process: {arguments: [/usr/bin/curl], kernel_thread: false}\n");
  EXPECT_THAT(result.complaints, IsEmpty());
  EXPECT_THAT(result.failures, IsEmpty());
  EXPECT_FALSE(result.near_miss);
}

TEST(CaseRunTest, TellsHowTheNearestDiffers) {
  const CaseResult result =
      expecting("  - flow: {process.name: wget, remote.port: 443, unit: a.service}\n");
  EXPECT_THAT(result.failures,
              ElementsAre(AllOf(StartsWith("case.yaml:7: flow"), HasSubstr("expected 1, found 0"),
                                HasSubstr("process.name: expected \"wget\", is \"curl\""),
                                HasSubstr("unit: expected \"a.service\", is absent"))));
  EXPECT_EQ(result.state.size(), 2u);  // the flow and the process
}

TEST(CaseRunTest, CountsExactly) {
  EXPECT_THAT(expecting("  - flow: {}\n    count: 2\n").failures,
              ElementsAre(HasSubstr("expected 2, found 1")));
  const CaseResult miss = expecting("  - flow: {process.name: curl}\n    count: 0\n");
  EXPECT_TRUE(miss.near_miss);
  EXPECT_THAT(miss.failures, ElementsAre(HasSubstr("expected 0, found 1")));
  EXPECT_THAT(expecting("  - {flow: {}, filter: \"port:80\"}\n").failures,
              ElementsAre(HasSubstr("port:80")));
  EXPECT_THAT(expecting("  - counter: {flow.without_cookie: 1}\n").failures,
              ElementsAre(HasSubstr("expected 1, is 0")));
}

TEST(CaseRunTest, RefusesExpectationsThatCouldNeverBeMet) {
  for (const char* expect :
       {"  - flow: {process.nmae: curl}\n    count: 0\n",
        "  - flow: {state: establishd}\n    count: 0\n",
        "  - flow: {remote.port: https}\n    count: 0\n",
        "  - process: {started: 1}\n    count: 0\n", "  - counter: {flow.evicetd: 0}\n",
        "  - {flow: {}, filter: \"prot:80\", count: 0}\n", "  - {flow: {}, process: {}}\n",
        "  - {flow: {}, cuont: 0}\n"})
    EXPECT_THAT(expecting(expect).complaints, ElementsAre(StartsWith("case.yaml:7: "))) << expect;
}

TEST(CaseRunTest, RefusesStepsThatItDoesNotKnow) {
  for (const char* step : {"exec: {pid: 100, pth: /usr/bin/curl}", "exce: {pid: 100}",
                           "exec: {pid: curl}", "socket: {what: opened}", "exit: {pid: 1, pid: 1}",
                           "socket: {what: opened, cookie: 1, owner: 100}",
                           "socket: {what: opened, cookie: 1, local: 10.0.0.5}",
                           "dns: {message: dns answer www.one.test A fd00::1}", "dns: {hex: 0}",
                           "tick: {seconds: -1}"})
    EXPECT_THAT(observing(step).complaints, ElementsAre(StartsWith("case.yaml:3: "))) << step;
}

TEST(CaseRunTest, RefusesWhatIsNoCase) {
  EXPECT_THAT(run_case("about: [", "case.yaml").complaints, ElementsAre(HasSubstr("not YAML")));
  EXPECT_FALSE(run_case("", "case.yaml").passed());
  EXPECT_FALSE(run_case("about: x\nobserve: []\nexpect: []\n", "case.yaml").passed());
  EXPECT_FALSE(run_case_file("no/such/case.yaml").passed());
  EXPECT_FALSE(find_cases("no/such/folder"));
}

TEST(CaseRunTest, WritesWireFromWords) {
  EXPECT_EQ(wire_from_hex("16 03\n01").value(), (std::vector<uint8_t>{0x16, 3, 1}));
  EXPECT_EQ(wire_from_words("http get a.test /x").value().size(), 33u);
  for (const char* words : {"", "dns answer", "dns answer a..b A 10.0.0.1", "dns answer a.test A",
                            "dns answer a.test A 10.0.0.1 ttl soon", "tls hello"})
    EXPECT_FALSE(wire_from_words(words)) << words;
}

}  // namespace
}  // namespace picket::case_runner
