// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "scan/report.h"

// What is understood comes out the same after another way through a message.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto report = picket::scan::unpacked({bytes, size});
  if (!report) return 0;
  const std::string message = packed(*report);
  const auto again = picket::scan::unpacked(picket::as_bytes(message));
  if (!again || packed(*again) != message) std::abort();
  return 0;
}
