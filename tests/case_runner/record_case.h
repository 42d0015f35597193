// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "case_runner/case_reader.h"
#include "event/alert.h"

// Cases of recorded telemetry: `records` in the words of their source go through the product's own
// reader, translation and behaviours; `expect` items of the kind `alert` are compared with what
// comes out (docs/cases.md).
namespace picket::case_runner {

// The alerts that the records bring. Each record is a mapping of one of the kinds `sysmon`,
// `security` (Windows) or `record` (any shape of JSON, as is); `at` moves the time along.
std::vector<event::Alert> alerts_of(const std::vector<YAML::Node>& records, Complaints& complaints);

// One `alert: {...}` with its `count` (exact, 1 when not said).
class AlertExpectation {
 public:
  // nullopt: something is wrong, and has been complained of.
  static std::optional<AlertExpectation> read(const YAML::Node& item, Complaints& complaints);

  // Empty when it holds; else what differs, in lines for the reader.
  std::string difference(const std::vector<event::Alert>& alerts) const;
  bool near_miss() const { return count_ == 0; }

 private:
  bool matches(const event::Alert& alert) const;

  std::string place_;  // FILE:LINE
  std::string rule_, process_, peer_, file_, reason_;
  std::optional<event::Severity> severity_, at_least_;
  uint64_t count_ = 1;
};

}  // namespace picket::case_runner
