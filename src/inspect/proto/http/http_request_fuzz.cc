// SPDX-License-Identifier: Apache-2.0
// Reads the input as the first bytes of an HTTP client. A host that comes out must be one, views
// must stay inside the input, and a verdict on a prefix must hold for the whole.
#include <cstdlib>

#include "inspect/proto/http/request.h"

using namespace picket;
using namespace picket::inspect;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void look_at(const http::Request& request, Bytes bytes) {
  require(request.host.empty() || is_host_name(request.host) || request.address);
  require(!request.address || request.address->text() == request.host);
  const std::string_view text = as_text(bytes);
  for (const std::string_view part :
       {request.method, request.target, request.version, request.host_raw})
    require(part.empty() ||
            (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()));
  require(request.method.size() <= http::kMethodMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes bytes(data, size);
  http::Request whole, half;
  const http::Status whole_status = http::read_request(bytes, whole);
  look_at(whole, bytes);
  const http::Status half_status = http::read_request(bytes.first(size / 2), half);
  look_at(half, bytes);
  if (half_status == http::Status::kNotHttp || half_status == http::Status::kComplete)
    require(whole_status == half_status);
  if (half_status == http::Status::kComplete) require(whole.host == half.host);
  return 0;
}
