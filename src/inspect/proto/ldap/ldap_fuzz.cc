// SPDX-License-Identifier: Apache-2.0
// Feeds the LDAP parser with both sides of a connection.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/ldap/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::ldap::kDescriptor, {data, size});
  return 0;
}
