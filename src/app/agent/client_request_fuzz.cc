// SPDX-License-Identifier: Apache-2.0
// One line of a reader: any bytes give a request within its bounds or an error in words.
#include <cstdlib>

#include "app/agent/client_request.h"
#include "base/byte_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket;
  using namespace picket::app::agent;
  const auto request = parse_client_request(as_text(Bytes(data, size)));
  if (!request) {
    if (request.error().message.empty()) std::abort();
    return 0;
  }
  if (size > kRequestBytesMax) std::abort();
  if ((request->ask == ClientRequest::Ask::kProcess) != (request->pid != 0)) std::abort();
  return 0;
}
