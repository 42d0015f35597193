// SPDX-License-Identifier: Apache-2.0
// case_runner DIR...: runs every case below the folders (docs/cases.md). Exit code 0: all passed;
// 1: one did not; 2: there is nothing to run.
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "case_runner/case_run.h"

namespace picket::case_runner {
namespace {

struct Tally {
  size_t passed = 0, failed = 0;
};

// Line by line, so that nothing a case holds reaches the terminal as a control character.
void print_lines(const std::string& indent, std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::printf("%s%s\n", indent.c_str(), printable(text.substr(0, end)).c_str());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

bool run_one(const char* program, const std::string& folder, bool& near_miss) {
  const CaseResult result = run_case_file(folder + "/case.yaml");
  near_miss = result.near_miss;
  if (result.passed()) return true;
  std::printf("FAIL %s\n", printable(folder).c_str());
  for (const std::string& complaint : result.complaints) print_lines("  ", complaint);
  for (const std::string& failure : result.failures) print_lines("  ", failure);
  if (!result.failures.empty()) std::printf("  what there was in the end:\n");
  for (const std::string& line : result.state) print_lines("    ", line);
  std::printf("  again: %s %s\n", program, printable(folder).c_str());
  return false;
}

// Every topic says what must not come out as well: a topic run as a whole without such a case
// fails.
void run_below(const char* program, const std::string& folder,
               const std::vector<std::string>& cases, Tally& tally) {
  std::map<std::string, bool> near_miss_by_topic;
  for (const std::string& each : cases) {
    bool near_miss = false;
    ++(run_one(program, each, near_miss) ? tally.passed : tally.failed);
    if (each != folder)
      near_miss_by_topic[std::filesystem::path(each).parent_path().string()] |= near_miss;
  }
  for (const auto& [topic, near_miss] : near_miss_by_topic) {
    if (near_miss) continue;
    ++tally.failed;
    std::printf("FAIL %s\n  no case of this topic expects anything with count: 0\n",
                printable(topic).c_str());
  }
}

int run_all(int count, char** arguments) {
  Tally tally;
  for (int i = 1; i < count; ++i) {
    std::string folder = arguments[i];
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    const auto cases = find_cases(folder);
    if (!cases) {
      std::fprintf(stderr, "case_runner: %s\n", printable(cases.error().text()).c_str());
      return 2;
    }
    run_below(arguments[0], folder, *cases, tally);
  }
  std::printf("cases: %zu passed, %zu failed\n", tally.passed, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace picket::case_runner

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: case_runner DIR...\n");
    return 2;
  }
  return picket::case_runner::run_all(count, arguments);
}
