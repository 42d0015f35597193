// SPDX-License-Identifier: Apache-2.0
// Feeds DNS, mDNS and LLMNR parsers with datagrams and streams cut in two; looks at all they offer.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/dns/descriptor.h"
#include "inspect/proto/llmnr/descriptor.h"
#include "inspect/proto/mdns/descriptor.h"

using namespace picket::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz_parser(dns::kDescriptor, {data, size});
  fuzz_parser(dns::kTcpDescriptor, {data, size});
  fuzz_parser(mdns::kDescriptor, {data, size});
  fuzz_parser(llmnr::kTcpDescriptor, {data, size});
  return 0;
}
