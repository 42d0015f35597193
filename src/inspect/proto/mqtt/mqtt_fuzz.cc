// SPDX-License-Identifier: Apache-2.0
// Feeds the MQTT parser with both sides of a connection.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/mqtt/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::mqtt::kDescriptor, {data, size});
  return 0;
}
