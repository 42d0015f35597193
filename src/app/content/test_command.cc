// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/content/content_command.h"
#include "app/content/sample_run.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "detect/sigma/rule_set.h"

namespace picket::app::content {
namespace {

size_t passed(const std::vector<SampleResult>& results) {
  return static_cast<size_t>(std::ranges::count_if(
      results, [](const SampleResult& result) { return result.problem.empty(); }));
}

std::string ids_of(const Sample& sample) {
  std::string ids;
  for (const std::string& id : sample.ids) ids += (ids.empty() ? "" : ", ") + id;
  return ids;
}

std::string as_text(const std::vector<SampleResult>& results) {
  std::string out;
  for (const SampleResult& result : results) {
    if (!result.problem.empty())
      out += printable(result.sample.info) + ": " + printable(result.problem) + " [" +
             printable(ids_of(result.sample)) + "]\n";
    else if (result.other_count())
      out += printable(result.sample.info) + ": passes, with " + std::to_string(result.matches) +
             " matches instead of " + std::to_string(result.sample.match_count) + "\n";
  }
  return out + std::to_string(passed(results)) + " of " + std::to_string(results.size()) +
         " samples pass\n";
}

std::string as_json(const std::vector<SampleResult>& results) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "content_test").member("samples", results.size());
  json.member("passed", passed(results)).key("failed").begin_array();
  for (const SampleResult& result : results) {
    if (result.problem.empty()) continue;
    json.begin_object().member("info", result.sample.info).member("input", result.sample.input);
    json.member("rules", ids_of(result.sample)).member("matches", result.matches);
    json.member("problem", result.problem).end_object();
  }
  json.end_array().key("other_counts").begin_array();
  for (const SampleResult& result : results)
    if (result.problem.empty() && result.other_count())
      json.begin_object()
          .member("info", result.sample.info)
          .member("matches", result.matches)
          .member("match_count", result.sample.match_count)
          .end_object();
  json.end_array().end_object();
  return out + '\n';
}

}  // namespace

Result<int> run_test(const cli::ContentTestOptions& options) {
  TRY_ASSIGN(const std::vector<Sample> samples, find_samples(options.folder));
  if (samples.empty())
    return failure("no samples below " + options.folder,
                   "a sample is an info.yml with the logs it names");
  TRY_ASSIGN(auto rules, detect::sigma::load_rules(options.sigma, options.sigma_placeholders));
  TRY_ASSIGN(const auto program, detect::sigma::Program::compile(std::move(rules)));
  TRY_ASSIGN(const std::vector<SampleResult> results, run_samples(samples, *program));
  const std::string text = options.json ? as_json(results) : as_text(results);
  std::fputs(text.c_str(), stdout);
  return passed(results) == results.size() ? cli::kExitDone : cli::kExitFound;
}

}  // namespace picket::app::content
