// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/byte_reader.h"
#include "detect/intel/indicator_list.h"

// Whatever the bytes: no crash, and every indicator that comes out is in its normal form, so that
// making it again changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace intel = picket::detect::intel;
  intel::ListReport report;
  const auto check = [](const intel::Indicator& indicator) {
    if (indicator.value.empty() || indicator.value.size() > intel::kIndicatorValueMax) std::abort();
    const auto again = intel::make_indicator(indicator.kind, indicator.value);
    if (!again || again->value != indicator.value) std::abort();
    return true;
  };
  intel::read_misp(picket::as_text({data, size}), report, check);
  if (report.listed.size() > intel::kListProblemsMax) std::abort();
  return 0;
}
