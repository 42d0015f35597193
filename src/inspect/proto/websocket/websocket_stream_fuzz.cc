// SPDX-License-Identifier: Apache-2.0
// Both sides of a WebSocket, in pieces: see fuzz_parser().
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/websocket/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::websocket::kDescriptor, {bytes, size});
  return 0;
}
