// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/gate.h"

#include <algorithm>

#include "app/web/access/secret.h"
#include "base/counter.h"

namespace picket::app::web::access {
namespace {

Counter cross_site{"web.cross_site", "requests that another site made a browser send, refused"};
Counter wrong_host{"web.wrong_host", "requests to other host names, refused"};

constexpr std::string_view kScheme = "http://";

}  // namespace

Gate::Gate(const Endpoint& served) : cookie_name_("picket_session" + std::to_string(served.port)) {
  origins_.push_back(std::string(kScheme) + served.text());
  if (!served.address.is_loopback()) return;
  const std::string port = ":" + std::to_string(served.port);
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"})
    origins_.push_back(std::string(kScheme) + name + port);
}

http::Checked<void> Gate::check_source(const http::Request& request, bool to_a_page) const {
  const auto is_ours = [&](std::string_view origin) {
    return std::ranges::find(origins_, origin) != origins_.end();
  };
  if (!is_ours(std::string(kScheme) + request.host)) {
    wrong_host.add();
    return http::refused(421, "this server has another name", "Open " + origin());
  }
  // RFC 6454 and Fetch Metadata: browsers cannot be made to lie in these.
  const bool other_origin = !request.origin.empty() && !is_ours(request.origin);
  const bool other_site = !request.fetch_site.empty() && request.fetch_site != "same-origin" &&
                          request.fetch_site != "none";
  if (!other_origin && (!other_site || to_a_page)) return {};
  cross_site.add();
  return http::refused(403, "another site asked for this", "Open " + origin() + " yourself.");
}

http::Checked<void> Gate::check_csrf(const http::Request& request, const Session& session) {
  if (same(request.csrf, session.csrf)) return {};
  cross_site.add();
  return http::refused(403, "the header X-Picket-Csrf is missing or not this session's",
                       "Send the csrf_token of GET /api/v1/session.");
}

std::string_view Gate::token_of(const http::Request& request) const {
  std::string_view rest = request.cookie;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    std::string_view one = rest.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.size() > cookie_name_.size() && one.starts_with(cookie_name_) &&
        one[cookie_name_.size()] == '=')
      return one.substr(cookie_name_.size() + 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::string Gate::cookie_for(std::string_view token) const {
  std::string cookie = cookie_name_ + '=' + std::string(token);
  cookie += "; Path=/; HttpOnly; SameSite=Strict";
  if (token.empty()) cookie += "; Max-Age=0";
  return cookie;
}

}  // namespace picket::app::web::access
