// SPDX-License-Identifier: Apache-2.0
// Any bytes as a rule file: loading must hold, and what loads must mean the same to the compiled
// engine and to the plain evaluator. Bytes after a line `...` are records, a line each:
// name=value, separated by tabs.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "detect/sigma/correlator.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"

namespace {

using namespace picket;
using namespace picket::detect::sigma;

std::string_view next_part(std::string_view& rest, char separator) {
  size_t end = std::min(rest.find(separator), rest.size());
  std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

void fill(event::LogRecord& record, std::string_view line) {
  record.clear();
  record.origin.product = "windows";
  record.origin.category = "process_creation";
  while (!line.empty()) {
    std::string_view field = next_part(line, '\t');
    std::string_view name = next_part(field, '=');
    record.add(record.keep(name), record.keep(field));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kRecordsMax = 32;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t split = text.find("\n...\n");
  std::string_view records =
      split == std::string_view::npos ? std::string_view() : text.substr(split + 5);
  RuleSet::Loader loader;
  loader.add_text(text.substr(0, split), "fuzz.yml");
  RuleSet set = loader.finish();
  if (set.report.text().empty()) std::abort();
  auto program = Program::compile(std::move(set));
  if (!program) return 0;
  auto matcher = Matcher::create(**program);
  auto correlator = Correlator::create((*program)->set());
  if (!matcher) std::abort();
  PlainEvaluator plain((*program)->rules());
  event::LogRecord record;
  std::vector<uint32_t> slow;
  std::vector<CorrelationHit> hits;
  for (size_t i = 0; i < kRecordsMax && !records.empty(); ++i) {
    fill(record, next_part(records, '\n'));
    auto fast = matcher->evaluate(record);
    plain.evaluate(record, slow);
    if (!std::ranges::equal(fast, slow)) std::abort();
    for (uint32_t rule : slow) plain.explain(rule, record);
    if (correlator) correlator->observe(record, fast, hits);
  }
  if (correlator) correlator->finish(hits);
  return 0;
}
