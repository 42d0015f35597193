// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/suricata/arena.h"
#include "detect/suricata/classification.h"
#include "detect/suricata/dataset.h"
#include "detect/suricata/header_list.h"
#include "detect/suricata/ip_reputation.h"
#include "detect/suricata/name_table.h"
#include "detect/suricata/rule.h"
#include "detect/suricata/rule_text.h"
#include "detect/suricata/threshold.h"
#include "inspect/app/settings.h"

namespace picket::detect::suricata {

struct LoadReport {
  size_t files = 0, rules = 0, loaded = 0, disabled = 0, duplicates = 0;
  size_t skipped = 0;  // by their own wish: requires: of something not here
  std::vector<RuleError> errors, warnings;
};

// All rules of an engine, ready to be evaluated. Filled by load_rules() on one thread; immutable
// from then on, and shared by the engines of all workers. (Datasets change while rules run: see
// there.)
class RuleSet {
 public:
  static constexpr size_t kRulesMax = 1'000'000;

  RuleSet() = default;
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  Arena arena;
  std::vector<Rule> rules;  // in the order in which they are evaluated
  std::vector<BufferSlot> slots;
  std::vector<AddressSet> addresses;  // 0: any
  std::vector<PortSet> ports;         // 0: any
  NameTable flowbits, flowints, xbits, hostbits;
  Variables variables;
  Classifications classifications;
  ThresholdConfig thresholds;
  DatasetTable datasets;
  IpReputation reputation;
  std::string directory;                        // relative file names in rules start here
  const inspect::Settings* settings = nullptr;  // while loading

  Result<uint16_t> address_place(std::string_view text);
  Result<uint16_t> port_place(std::string_view text);
  uint16_t slot_place(const BufferSlot& slot);

  // Before rules are read: they will follow those of `before` in a running engine. Names of bits
  // and numbers keep their numbers, sets that traffic has filled their values.
  void follow(const RuleSet& before);

  // The file a rule names, from the folder of the rule file.
  std::string path_of(std::string_view name) const;

  // Loading is over: what only it needed goes.
  void seal();

 private:
  std::map<std::string, uint16_t, std::less<>> address_places_, port_places_;
};

// Reads rule files into `set` (and classification, reference, threshold files that the settings
// name). Rules that cannot be loaded are in the report; the others are. Fails only when a file
// cannot be read.
Result<LoadReport> load_rules(RuleSet& set, const std::vector<std::string>& files,
                              const inspect::Settings& settings);
// The same from text, for tests and editors.
LoadReport load_rule_text(RuleSet& set, std::string_view content, std::string_view file,
                          const inspect::Settings& settings);

}  // namespace picket::detect::suricata
