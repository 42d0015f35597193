// SPDX-License-Identifier: Apache-2.0
// Throughput and memory of the compiled engine, beside the plain evaluator, with all public rules
// on the telemetry of the shared corpus (JSON events inside zip files). Usage: sigma_bench
// [RULES_DIR [TELEMETRY_DIR]]; words that begin with -- are for other benchmarks (tools/bench.sh)
// and passed over. CPU time is measured, reading is not. Aims: 60,000 records/s/core, 150 MiB.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "detect/sigma/corpus_for_tests.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"
#include "detect/sigma/telemetry_for_tests.h"

namespace picket::detect::sigma {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0, resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Timing {
  size_t records = 0;
  size_t matches = 0;
  double seconds = 0;
};

int run(const std::vector<std::string>& rules, const std::filesystem::path& telemetry) {
  constexpr size_t kBatch = 2000;
  constexpr size_t kPlainEvery = 100;  // the plain evaluator sees one record in so many
  double before = resident_mib(), started = cpu_seconds();
  RuleSet::Loader loader;
  for (const std::string& path : rules) {
    if (auto added = loader.add_path(path); !added)
      return std::fprintf(stderr, "%s\n", added.error().text().c_str()), 3;
  }
  RuleSet set = loader.finish();
  double loaded = cpu_seconds();
  auto program = Program::compile(std::move(set));
  if (!program) return std::fprintf(stderr, "%s\n", program.error().text().c_str()), 3;
  auto matcher = Matcher::create(**program);
  if (!matcher) return std::fprintf(stderr, "%s\n", matcher.error().text().c_str()), 3;
  Program::Size size = (*program)->size();
  std::printf("rules %zu (%zu documents did not load), load %.2f s, compile %.2f s\n",
              (*program)->rules().size(), (*program)->set().report.errors.size(), loaded - started,
              cpu_seconds() - loaded);
  std::printf(
      "groups %zu, fields %zu, atoms %zu, rules without trigger %zu, literal tables %.1f MiB\n",
      size.groups, size.fields, size.atoms, size.rules_without_trigger,
      static_cast<double>(size.literal_bytes) / (1 << 20));
  std::printf("memory after load %.1f MiB (before %.1f, peak %.1f)\n", resident_mib(), before,
              peak_mib());
  PlainEvaluator plain((*program)->rules());
  Timing fast, slow;
  std::vector<event::LogRecord> batch;
  size_t used = 0;
  std::vector<uint32_t> matched;
  auto flush = [&] {
    double start = cpu_seconds();
    for (size_t i = 0; i < used; ++i) fast.matches += matcher->evaluate(batch[i]).size();
    fast.seconds += cpu_seconds() - start;
    fast.records += used;
    start = cpu_seconds();
    for (size_t i = 0; i < used; i += kPlainEvery) {
      plain.evaluate(batch[i], matched);
      ++slow.records;
    }
    slow.seconds += cpu_seconds() - start;
    used = 0;
  };
  for_each_zipped_record(telemetry, [&](const std::string&, nlohmann::json& object) {
    if (batch.size() < kBatch && used == batch.size()) batch.emplace_back();
    if (read_json_record(object, batch[used])) ++used;
    if (used == kBatch) flush();
  });
  flush();
  std::printf("compiled: %zu records, %zu matches, %.0f records/s/core\n", fast.records,
              fast.matches, static_cast<double>(fast.records) / fast.seconds);
  std::printf("plain:    %zu records (every %zuth), %.0f records/s/core\n", slow.records,
              kPlainEvery, static_cast<double>(slow.records) / slow.seconds);
  return 0;
}

}  // namespace
}  // namespace picket::detect::sigma

int main(int argc, char** argv) {
  std::vector<std::string> folders;
  for (int i = 1; i < argc; ++i)
    if (const std::string word = argv[i]; !word.starts_with("--")) folders.push_back(word);
  const auto shared = picket::detect::sigma::shared_folder();
  if (!shared && folders.size() < 2) {
    std::puts(
        "no shared corpus: set PICKET_SHARED, or name a folder of rules and one of telemetry");
    return 0;
  }
  std::vector<std::string> rules;
  if (!folders.empty()) {
    rules.push_back(folders[0]);
  } else {
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus/sigma")) {
      if (entry.path().filename().string().starts_with("rules"))
        rules.push_back(entry.path().string());
    }
  }
  const std::filesystem::path telemetry =
      folders.size() > 1 ? folders[1] : (*shared / "corpus/telemetry").string();
  return picket::detect::sigma::run(rules, telemetry);
}
