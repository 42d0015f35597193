// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/json_reader.h"
#include "sensor/replay/reader_for_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::sensor::replay;
  return fuzz_reader<JsonReader>({data, size}, InputKind::kJson);
}
