// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "detect/suricata/rule_set.h"

// Any text as a rule file: it loads or says what is wrong, whatever it is.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::detect::suricata::RuleSet set;
  picket::inspect::Settings settings;
  picket::detect::suricata::load_rule_text(set, {reinterpret_cast<const char*>(data), size}, "fuzz",
                                           settings);
  return 0;
}
