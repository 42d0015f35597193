// SPDX-License-Identifier: Apache-2.0
// What a browser sends: the first line is the method and the target, the second the content type,
// the rest the body. An admin asks, of a console that keeps nothing: everything up to the store and
// the agent is gone through.
#include <cstdint>
#include <string_view>

#include "app/web/api/site.h"
#include "app/web/http/server.h"

namespace picket::app::web {
namespace {

struct Fuzzed {
  access::Sessions sessions{system_clock()};
  access::Gate gate{Endpoint{IpAddress::v4(0x7f000001), 7480}};
  api::Site site{api::Behind{.clock = &system_clock()}, sessions, gate};
};

std::string_view take_until(std::string_view& rest, char end) {
  const size_t at = std::min(rest.find(end), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return taken;
}

void ask(std::string_view input) {
  static Fuzzed fuzzed;
  const auto begun = fuzzed.sessions.begin("eve", access::Role::kAdmin);
  if (!begun) return;
  http::Request request;
  const std::string_view method = take_until(input, ' ');
  for (const auto one : {http::Method::kGet, http::Method::kPost, http::Method::kPut,
                         http::Method::kPatch, http::Method::kDelete})
    if (text(one) == method) request.method = one;
  request.target = take_until(input, '\n');
  request.content_type = take_until(input, '\n');
  request.body = input;
  request.host = "127.0.0.1:7480";
  request.cookie = fuzzed.gate.cookie_name() + "=" + begun->token;
  request.csrf = begun->session.csrf;
  const http::Response response = fuzzed.site.respond(request);
  // A line end in a header would let the sender write headers of its own.
  const std::string head = head_of(response, response.body.size(), true);
  if (head.find("\r\n\r\n") != head.size() - 4) __builtin_trap();
  fuzzed.sessions.end(begun->session.key);
}

}  // namespace
}  // namespace picket::app::web

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  picket::app::web::ask({reinterpret_cast<const char*>(data), size});
  return 0;
}
