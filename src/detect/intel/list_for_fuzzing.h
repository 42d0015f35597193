// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>

#include "base/byte_reader.h"
#include "detect/intel/indicator_list.h"

namespace picket::detect::intel {

// What the fuzz targets of the list formats share. Whatever the bytes: no crash, and every
// indicator that comes out is in its normal form, so that making it again changes nothing. `read`
// is one of read_csv, read_misp, read_stix.
template <typename Read>
int fuzz_list(Bytes bytes, Read read) {
  ListReport report;
  const auto check = [](const Indicator& indicator) {
    if (indicator.value.empty() || indicator.value.size() > kIndicatorValueMax) std::abort();
    const auto again = make_indicator(indicator.kind, indicator.value);
    if (!again || again->value != indicator.value) std::abort();
    return true;
  };
  read(as_text(bytes), report, check);
  if (report.listed.size() > kListProblemsMax) std::abort();
  return 0;
}

}  // namespace picket::detect::intel
