// SPDX-License-Identifier: Apache-2.0
// Datagrams of both sides of a QUIC flow: see fuzz_parser().
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/quic/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::quic::kDescriptor, {bytes, size});
  return 0;
}
