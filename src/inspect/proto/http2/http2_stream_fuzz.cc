// SPDX-License-Identifier: Apache-2.0
// Both sides of an HTTP/2 conversation, in pieces: see fuzz_parser().
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/http2/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::http2::kDescriptor, {bytes, size});
  return 0;
}
