// SPDX-License-Identifier: Apache-2.0
// Feeds the SMB parser, with calls over pipes, with both sides of a connection.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/smb/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::smb::kDescriptor, {data, size});
  return 0;
}
