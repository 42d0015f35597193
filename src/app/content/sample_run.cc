// SPDX-License-Identifier: Apache-2.0
#include "app/content/sample_run.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "detect/sigma/fold.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/small_file.h"
#include "detect/sigma/yaml_tree.h"
#include "sensor/replay/replay.h"

namespace picket::app::content {
namespace {

namespace fs = std::filesystem;
using detect::sigma::YamlNode;

std::string text_of(const YamlNode& map, std::string_view key) {
  const YamlNode* found = map.find(key);
  return found && found->is_scalar() ? found->text : std::string();
}

// The paths in it are those of the repository it was published in; the file stands beside it.
std::string beside(const std::string& info, const std::string& path) {
  return (fs::path(info).parent_path() / fs::path(path).filename()).string();
}

void add_samples(const std::string& info, const YamlNode& document, std::vector<Sample>& samples) {
  Sample sample;
  sample.info = info;
  if (const YamlNode* rules = document.find("rule_metadata"))
    for (const YamlNode& rule : rules->items)
      if (std::string id = text_of(rule, "id"); !id.empty())
        sample.ids.push_back(detect::sigma::folded(id));
  const YamlNode* tests = document.find("regression_tests_info");
  if (!tests) return;
  for (const YamlNode& test : tests->items) {
    const std::string path = text_of(test, "path"), count = text_of(test, "match_count");
    if (path.empty()) continue;
    sample.name = text_of(test, "name");
    sample.input = beside(info, path);
    sample.match_count = 0;
    std::from_chars(count.data(), count.data() + count.size(), sample.match_count);
    samples.push_back(sample);
  }
}

Result<void> read_info(const std::string& path, std::vector<Sample>& samples) {
  TRY_ASSIGN(const std::string text, detect::sigma::read_whole_file(path, kInfoBytesMax));
  std::vector<detect::sigma::YamlError> errors;
  const std::vector<YamlNode> documents = detect::sigma::parse_yaml(text, errors);
  if (!errors.empty())
    return failure(path + ":" + std::to_string(errors.front().line) + ": " +
                   errors.front().message);
  for (const YamlNode& document : documents) add_samples(path, document, samples);
  return {};
}

std::string judge(const SampleResult& result, const sensor::replay::ReadOutcome& outcome) {
  const Sample& sample = result.sample;
  if (outcome.records == 0) {
    if (!outcome.listed.empty())
      return outcome.listed.front().input + ": " + outcome.listed.front().what;
    return "no records in " + sample.input;
  }
  return result.matches == 0 ? "its rule does not match" : "";
}

}  // namespace

Result<std::vector<Sample>> find_samples(const std::string& folder) {
  std::vector<std::string> infos;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error))
    if (it->path().filename() == "info.yml") infos.push_back(it->path().string());
  if (error) return failure("list " + folder + ": " + error.message());
  std::ranges::sort(infos);
  std::vector<Sample> samples;
  for (const std::string& info : infos) TRY(read_info(info, samples));
  return samples;
}

Result<std::vector<SampleResult>> run_samples(const std::vector<Sample>& samples,
                                              const detect::sigma::Program& program) {
  TRY_ASSIGN(detect::sigma::Matcher matcher, detect::sigma::Matcher::create(program));
  std::vector<SampleResult> results;
  for (const Sample& sample : samples) {
    SampleResult& result = results.emplace_back(SampleResult{sample, 0, {}});
    std::vector<bool> wanted(program.rules().size());
    for (size_t i = 0; i < wanted.size(); ++i)
      wanted[i] = std::ranges::find(sample.ids, program.rules()[i].about.id) != sample.ids.end();
    if (std::ranges::find(wanted, true) == wanted.end()) {
      result.problem = "its rule is not among those loaded";
      continue;
    }
    const auto outcome = sensor::replay::for_each_record(
        sample.input, [&](const event::LogRecord& record, const sensor::replay::RecordPlace&) {
          for (const uint32_t rule : matcher.evaluate(record)) result.matches += wanted[rule];
        });
    result.problem = judge(result, outcome);
  }
  return results;
}

}  // namespace picket::app::content
