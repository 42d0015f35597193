// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/api.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "base/json_writer.h"

namespace picket::app::web::api {
namespace {

// Who comes by a link that root was shown.
constexpr const char* kLinkUser = "root";

std::string session_json(const access::Session& session, bool agent) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("user", session.user).member("role", text(session.role));
  json.member("csrf_token", session.csrf).member("expires", rfc3339(session.expires));
  json.member("agent", agent).member("version", PICKET_VERSION).end_object();
  return out;
}

std::unexpected<http::Problem> too_soon(uint64_t wait_ns) {
  auto problem = http::refused(429, "too many wrong passwords",
                               "Wait, or have `picket console` print a link.");
  problem.error().retry_after_s = static_cast<unsigned>(wait_ns / kNsPerSecond + 1);
  return problem;
}

}  // namespace

Outcome Api::use_link(const Call& call) {
  http::Parameters given(call.target);
  const std::string token = given.text("token", 100);
  given.need("token");
  TRY(given.done());
  if (!sessions_.use_link(token))
    return http::refused(403, "this link was used already, or is too old",
                         "`picket console` prints a new one.");
  auto begun = sessions_.begin(kLinkUser, access::Role::kAdmin);
  if (!begun) return std::unexpected(http::unavailable(begun.error()));
  http::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", "/");
  response.headers.emplace_back("Set-Cookie", gate_.cookie_for(begun->token));
  return response;
}

Outcome Api::get_session(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  return http::json_response(session_json(call.session, behind_.agent != nullptr));
}

Outcome Api::sign_in(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  http::JsonBody body(call.request);
  const auto user = body.text("user", access::UserBook::kNameMax);
  const auto password = body.text("password", 1024);
  for (const char* name : {"user", "password"}) body.need(name);
  TRY(body.done());
  TRY(need_folder());
  const std::string address = call.request.peer.text();
  const std::unique_lock turn(one_sign_in_, std::try_to_lock);
  if (!turn) return too_soon(0);
  if (const uint64_t wait = sessions_.wait_ns(*user, address); wait > 0) return too_soon(wait);
  const auto known = users_.check(*user, *password);
  if (!known) return std::unexpected(http::unavailable(known.error()));
  sessions_.tried(*user, address, known->has_value());
  if (!*known) {
    auto problem = http::refused(401, "the name or the password is wrong");
    problem.error().type = "wrong-password";
    return problem;
  }
  auto begun = sessions_.begin((*known)->name, (*known)->role);
  if (!begun) return std::unexpected(http::unavailable(begun.error()));
  http::Response response =
      http::json_response(session_json(begun->session, behind_.agent != nullptr));
  response.headers.emplace_back("Set-Cookie", gate_.cookie_for(begun->token));
  return response;
}

Outcome Api::sign_out(const Call& call) {
  sessions_.end(call.session.key);
  http::Response response;
  response.status = 204;
  response.headers.emplace_back("Set-Cookie", gate_.cookie_for({}));
  return response;
}

}  // namespace picket::app::web::api
