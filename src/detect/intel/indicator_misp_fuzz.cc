// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/list_for_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace intel = picket::detect::intel;
  return intel::fuzz_list({data, size}, intel::read_misp);
}
