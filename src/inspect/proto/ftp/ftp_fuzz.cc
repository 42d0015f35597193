// SPDX-License-Identifier: Apache-2.0
// Feeds the parsers of FTP's control and data connections.
#include "inspect/app/fuzz_parser.h"
#include "inspect/proto/ftp/descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::inspect::fuzz_parser(picket::inspect::ftp::kDescriptor, {data, size});
  picket::inspect::fuzz_parser(picket::inspect::ftp::kDataDescriptor, {data, size});
  return 0;
}
