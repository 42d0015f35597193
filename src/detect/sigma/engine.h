// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "detect/sigma/correlator.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"

namespace picket::detect::sigma {

// A rule or correlation that matched, with what a person needs to judge it.
struct Finding {
  const About* about = nullptr;       // of the rule or correlation; lives as long as the program
  const LogSource* source = nullptr;  // null: a correlation
  std::vector<Evidence> evidence;     // values that made the rule match
  std::optional<CorrelationHit> correlation;
};

// Everything of this folder behind one door: records in, findings out. One per thread; the program
// may be shared. Rules that only feed a correlation stay silent. Explaining costs far more than
// matching, so of one rule only the first kExplainedMax findings carry evidence (counted beyond).
class Engine {
 public:
  static constexpr size_t kExplainedMax = 10'000;

  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const Program> program,
                                                SourceTable table = SourceTable::kStandard);

  // Appends to `findings` what `record` brings.
  void evaluate(const event::LogRecord& record, std::vector<Finding>& findings);
  // The input is over: what correlations can tell only now.
  void finish(std::vector<Finding>& findings);

  const Program& program() const { return *program_; }

 private:
  Engine(std::shared_ptr<const Program> program, Matcher matcher, Correlator correlator,
         SourceTable table);
  void add_hits(std::vector<Finding>& findings);

  // Shared: the rules are large, and every worker's engine reads the same.
  std::shared_ptr<const Program> program_;
  Matcher matcher_;
  Correlator correlator_;
  PlainEvaluator explainer_;
  std::vector<uint32_t> explained_;  // by rule
  std::vector<CorrelationHit> hits_;
};

}  // namespace picket::detect::sigma
