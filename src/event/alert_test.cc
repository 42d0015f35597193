// SPDX-License-Identifier: Apache-2.0
#include "event/alert.h"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace picket::event {
namespace {

constexpr int64_t kTime = 1'767'323'045'678'901'000;  // 2026-01-02T03:04:05.678901Z

Alert full_alert() {
  Alert alert;
  alert.time = WallTime{kTime};
  alert.detector = Detector::kBehavior;
  alert.rule_id = "look_alike";
  alert.rule_name = "Name like a system program's";
  alert.severity = Severity::kHigh;
  alert.confidence = Confidence::kMedium;
  alert.reason = "csrcs.exe looks like csrss.exe";
  alert.add_fact("Image", "C:\\Windows\\System32\\csrcs.exe");
  alert.attack.push_back({"TA0005", "T1036.005"});
  alert.known_good.push_back({"signed by somebody", Severity::kCritical});
  alert.references.push_back("https://example.test/");
  alert.host = "WS1";
  alert.platform = Platform::kWindows;
  alert.actor.id = "{1}";
  alert.actor.pid = 77;
  alert.actor.name = "csrcs.exe";
  alert.actor.parent_pid = 4;
  ConnectionMade& made = alert.connection.emplace();
  made.outbound = true;
  made.local = {*IpAddress::parse("10.0.0.5"), 50000};
  made.remote = {*IpAddress::parse("203.0.113.9"), 80};
  made.remote_name = "c2.example";
  alert.place = {"log.evtx", 4096, "Sysmon 3"};
  return alert;
}

simdjson::dom::element parsed(simdjson::dom::parser& parser, const Alert& alert) {
  std::string out;
  JsonWriter writer(out);
  append_json(writer, alert);
  simdjson::dom::element element;
  EXPECT_EQ(parser.parse(simdjson::padded_string(out)).get(element), simdjson::SUCCESS) << out;
  return element;
}

std::string_view at(simdjson::dom::element element, std::string_view pointer) {
  std::string_view found;
  return element.at_pointer(pointer).get(found) == simdjson::SUCCESS ? found : "(absent)";
}

TEST(AlertText, SeverityReadsBackAndUnknownWordsAreNone) {
  for (auto severity : {Severity::kInformational, Severity::kLow, Severity::kMedium,
                        Severity::kHigh, Severity::kCritical})
    EXPECT_EQ(parse_severity(text(severity)), severity);
  EXPECT_EQ(parse_severity("High"), std::nullopt);
  EXPECT_EQ(parse_severity(""), std::nullopt);
}

TEST(AlertScore, SeverityOutweighsConfidence) {
  unsigned before = 0;
  for (int severity = 0; severity <= 4; ++severity)
    for (int confidence = 0; confidence <= 2; ++confidence) {
      const unsigned now =
          score(static_cast<Severity>(severity), static_cast<Confidence>(confidence));
      EXPECT_GT(now, before);
      before = now;
    }
  EXPECT_EQ(before, 100u);
}

TEST(AlertId, IsAVersion8UuidWhoseFirstPartIsTheTime) {
  Alert alert = full_alert();
  assign_id(alert);
  ASSERT_EQ(alert.id.size(), 36u);
  EXPECT_EQ(alert.id.substr(0, 13), "019b7ca9-8f2e");  // 1767323045678 ms
  EXPECT_EQ(alert.id[14], '8');
  EXPECT_EQ(alert.id.substr(15, 3), "e6a");  // 0.901 of 4096
  EXPECT_NE(std::string_view("89ab").find(alert.id[19]), std::string_view::npos);
}

TEST(AlertId, SameInputGivesTheSameIdAndFoldingKeepsIt) {
  Alert one = full_alert(), other = full_alert();
  other.count = 12;
  other.last_time = WallTime{kTime + 1};
  assign_id(one);
  assign_id(other);
  EXPECT_EQ(one.id, other.id);
}

TEST(AlertId, DiffersWithWhatIsSaidAndWhere) {
  Alert one = full_alert(), other = full_alert();
  assign_id(one);
  other.place.offset += 1;
  assign_id(other);
  EXPECT_NE(one.id, other.id);
  other = full_alert();
  // The same letters, divided otherwise.
  other.rule_id = "look_alikeN";
  other.rule_name = "ame like a system program's";
  assign_id(other);
  EXPECT_NE(one.id, other.id);
}

TEST(AlertId, SortsByTime) {
  Alert early = full_alert(), late = full_alert();
  late.time.ns += 1000;  // one microsecond
  assign_id(early);
  assign_id(late);
  EXPECT_LT(early.id, late.id);
  early.time = WallTime{-5};
  assign_id(early);
  EXPECT_TRUE(early.id.starts_with("00000000-0000-8000-")) << early.id;
}

TEST(AlertEvidence, OneTooManyIsCountedAndLongValuesAreCut) {
  Alert alert;
  const std::string longest(Alert::kEvidenceValueMax, 'x');
  alert.add_fact("fits", longest);
  alert.add_fact("cut", longest + "y");
  EXPECT_EQ(alert.evidence[0].value, longest);
  EXPECT_EQ(alert.evidence[1].value.size(), Alert::kEvidenceValueMax);
  EXPECT_TRUE(alert.evidence[1].value.ends_with("x..."));
  for (size_t i = 2; i < Alert::kEvidenceMax; ++i) alert.add_fact("n", "v");
  EXPECT_EQ(alert.evidence_left_out, 0u);
  alert.add_fact("n", "v");
  EXPECT_EQ(alert.evidence.size(), Alert::kEvidenceMax);
  EXPECT_EQ(alert.evidence_left_out, 1u);
}

TEST(AlertEvidence, IsNotCutWithinACharacter) {
  Alert alert;
  std::string value(Alert::kEvidenceValueMax - 5, 'x');
  value += "\xf0\x9f\x90\x8d and more";  // four bytes, the cut falls among them
  alert.add_fact("n", value);
  EXPECT_TRUE(alert.evidence[0].value.ends_with("x..."));
}

TEST(AlertJson, SaysWhatWhoWhereAndWhy) {
  simdjson::dom::parser parser;
  Alert alert = full_alert();
  assign_id(alert);
  const simdjson::dom::element json = parsed(parser, alert);
  EXPECT_EQ(at(json, "/type"), "alert");
  EXPECT_EQ(at(json, "/id"), alert.id);
  EXPECT_EQ(at(json, "/time"), "2026-01-02T03:04:05.678901Z");
  EXPECT_EQ(at(json, "/rule/id"), "look_alike");
  EXPECT_EQ(at(json, "/severity"), "high");
  EXPECT_EQ(at(json, "/evidence/0/name"), "Image");
  EXPECT_EQ(at(json, "/attack/0/technique"), "T1036.005");
  EXPECT_EQ(at(json, "/known_good/0/severity_before"), "critical");
  EXPECT_EQ(at(json, "/process/name"), "csrcs.exe");
  EXPECT_EQ(at(json, "/connection/direction"), "outbound");
  EXPECT_EQ(at(json, "/connection/remote/ip"), "203.0.113.9");
  EXPECT_EQ(at(json, "/connection/remote/scope"), "global");
  EXPECT_TRUE(at(json, "/connection/community_id").starts_with("1:"));
  EXPECT_EQ(at(json, "/source/input"), "log.evtx");
  EXPECT_EQ(at(json, "/platform"), "windows");
}

TEST(AlertJson, LeavesOutWhatIsNotKnown) {
  simdjson::dom::parser parser;
  Alert alert;
  alert.rule_id = "r";
  const simdjson::dom::element json = parsed(parser, alert);
  for (const char* pointer : {"/process", "/connection", "/host", "/platform", "/last_time",
                              "/source/input", "/traffic", "/known_good", "/id", "/rule/sid"})
    EXPECT_NE(json.at_pointer(pointer).error(), simdjson::SUCCESS) << pointer;
}

TEST(AlertJson, ConnectionOfWhichOnlyTheNameIsKnown) {
  simdjson::dom::parser parser;
  Alert alert;
  alert.connection.emplace().remote_name = "c2.example";
  const simdjson::dom::element json = parsed(parser, alert);
  EXPECT_EQ(at(json, "/connection/remote/name"), "c2.example");
  EXPECT_NE(json.at_pointer("/connection/remote/ip").error(), simdjson::SUCCESS);
  EXPECT_NE(json.at_pointer("/connection/local").error(), simdjson::SUCCESS);
}

}  // namespace
}  // namespace picket::event
