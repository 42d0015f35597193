// SPDX-License-Identifier: Apache-2.0
// Rules and traffic that a fuzzer chooses, evaluated with the prefilter and without: both must find
// the same.
#include <cstdlib>

#include "detect/suricata/random_rules_for_tests.h"

namespace {

// The fuzzer's bytes as choices; when they are used up, nothing but zeros.
struct FuzzedChoices {
  const uint8_t* at;
  const uint8_t* end;
  uint32_t operator()() { return at < end ? *at++ : 0; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::detect::suricata;
  constexpr int kRules = 12, kSteps = 12;
  FuzzedChoices choices{data, data + size};
  const std::string rules = for_tests::some_rules(choices, kRules);
  for_tests::Feed fast(rules), plain(rules, {}, Engine::Candidates::kAll);
  for (int i = 0; i < kSteps; ++i) {
    const auto [a, b] = for_tests::some_traffic(choices, fast, plain);
    if (a != b) std::abort();
  }
  return 0;
}
