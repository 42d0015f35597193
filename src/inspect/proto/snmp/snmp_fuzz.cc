// SPDX-License-Identifier: Apache-2.0
// Feeds the SNMP parser with both sides of a conversation.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/snmp/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::snmp::kDescriptor, {data, size});
  return 0;
}
