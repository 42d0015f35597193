// SPDX-License-Identifier: Apache-2.0
// Feeds the Kerberos parser with both sides of a conversation.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/krb5/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::krb5::kDescriptor, {data, size});
  picket::inspect::fuzz_parser(picket::inspect::krb5::kTcpDescriptor, {data, size});
  return 0;
}
