// SPDX-License-Identifier: Apache-2.0
// A rule file. What is accepted must read the same after it was written.
#include <cstdint>
#include <cstdlib>

#include "respond/firewall/rule_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::respond::firewall;
  const auto rules = parse_rules({reinterpret_cast<const char*>(data), size});
  if (!rules) return 0;
  const std::string text = write_rules(*rules);
  const auto again = parse_rules(text);
  if (!again || again->rules != rules->rules || write_rules(*again) != text) std::abort();
  return 0;
}
