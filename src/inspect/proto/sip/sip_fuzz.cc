// SPDX-License-Identifier: Apache-2.0
// Feeds the SIP parser with datagrams and streams.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/sip/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::sip::kDescriptor, {data, size});
  picket::inspect::fuzz_parser(picket::inspect::sip::kTcpDescriptor, {data, size});
  return 0;
}
