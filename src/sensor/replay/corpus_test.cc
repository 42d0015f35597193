// SPDX-License-Identifier: Apache-2.0
// The readers over the shared corpus: every count of the telemetry's reference evaluation, and
// every field of the event-log samples whose content is given beside them. Skipped where it is
// absent.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>

#include "sensor/replay/replay.h"
#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

// Case, braces of GUIDs, and the blanks that the samples' converter trims off do not count.
std::string plain(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n}").find(text.back()) != text.npos)
    text.remove_suffix(1);
  while (!text.empty() && std::string_view(" \t\r\n{").find(text.front()) != text.npos)
    text.remove_prefix(1);
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

TEST(SharedCorpus, evtx_samples_have_the_fields_that_are_written_beside_them) {
  const auto corpus = shared_corpus();
  if (corpus.empty()) GTEST_SKIP() << "no shared corpus";
  size_t samples = 0, fields = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(corpus / "sigma/regression")) {
    auto json = entry.path();
    if (json.extension() != ".evtx" || !std::filesystem::exists(json.replace_extension(".json")))
      continue;
    std::vector<TestRecord> evtx, expected;
    EXPECT_EQ(for_each_record(entry.path().string(), collect(evtx)).problems, 0u) << entry.path();
    EXPECT_EQ(for_each_record(json.string(), collect(expected)).problems, 0u) << json;
    EXPECT_EQ(evtx.size(), expected.size()) << json;
    ++samples;
    for (const TestRecord& wanted : expected) {
      const auto got = std::ranges::find_if(evtx, [&](const TestRecord& record) {
        return record["EventRecordID"] == wanted["EventRecordID"];
      });
      ASSERT_NE(got, evtx.end()) << json;
      for (const auto& [name, value] : wanted.fields) {
        ++fields;
        // The witness shows microseconds, Windows and picket 100 ns.
        if (name == "TimeCreated")
          EXPECT_EQ((*got)[name].substr(0, 26), value.substr(0, 26)) << json;
        else
          EXPECT_EQ(plain((*got)[name]), plain(value)) << json << " " << name;
      }
    }
  }
  EXPECT_GT(samples, 0u);
  EXPECT_GT(fields, samples * 10);
}

TEST(SharedCorpus, telemetry_has_the_counts_that_its_reference_found) {
  const auto corpus = shared_corpus();
  if (corpus.empty()) GTEST_SKIP() << "no shared corpus";
  simdjson::dom::parser parser;
  simdjson::dom::document_stream lines;
  const std::string expected_file = (corpus / "telemetry/sigma-expected-dev.jsonl").string();
  ASSERT_EQ(parser.load_many(expected_file).get(lines), simdjson::SUCCESS);
  size_t inputs = 0;
  for (const simdjson::dom::element line : lines) {
    const std::string_view file = line["file"].get_string().value();
    std::string input = (corpus / "telemetry" / file).string();
    if (std::string_view member; line["member"].get(member) == simdjson::SUCCESS && !member.empty())
      input += ":" + std::string(member);
    std::map<std::string, uint64_t, std::less<>> counts;
    for_each_record((corpus / "telemetry" / file).string(),
                    [&](const event::LogRecord&, const RecordPlace& place) {
                      ++counts[std::string(place.input)];
                    });
    EXPECT_EQ(counts[input], line["events"].get_uint64().value()) << input;
    ++inputs;
  }
  EXPECT_GT(inputs, 0u);
}

}  // namespace
}  // namespace picket::sensor::replay
