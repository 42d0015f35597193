// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/password.h"
#include "app/web/api/api.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "base/json_writer.h"

namespace picket::app::web::api {
namespace {

void append_user(JsonWriter& json, const access::User& user) {
  json.begin_object().member("name", user.name).member("role", text(user.role));
  json.member("changed", rfc3339(user.changed)).end_object();
}

http::Checked<void> check_user_name(const std::string& name) {
  if (access::is_user_name(name)) return {};
  return http::wrong("name", "it is no name of a user",
                     "Use letters, digits and . _ @ -, at most 64.");
}

}  // namespace

Outcome Api::list_users(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(need_folder());
  const auto users = users_.all();
  if (!users) return std::unexpected(http::unavailable(users.error()));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("users").begin_array();
  for (const access::User& user : *users) append_user(json, user);
  json.end_array().end_object();
  return http::json_response(std::move(out));
}

Outcome Api::put_user(const Call& call) {
  const std::string& name = call.captured[0];
  TRY(check_user_name(name));
  http::JsonBody body(call.request);
  const auto word = body.text("role", 20);
  const auto password = body.text("password", access::kPasswordBytesMax);
  body.need("role");
  TRY(body.done());
  const auto role = access::parse_role(*word);
  if (!role) return http::wrong("role", "it is none of viewer, analyst and admin");
  if (password && password->size() < access::kPasswordBytesMin)
    return http::wrong(
        "password", "it is shorter than " + std::to_string(access::kPasswordBytesMin) + " bytes");
  TRY(need_folder());
  const auto known = users_.find(name);
  if (known && !*known && !password) return http::wrong("password", "a new user needs one");
  const auto user = users_.put(name, *role, password, behind_.clock->wall());
  if (!user) return std::unexpected(http::unavailable(user.error()));
  sessions_.end_all_of(name);
  std::string out;
  JsonWriter json(out);
  append_user(json, *user);
  return http::json_response(std::move(out));
}

Outcome Api::remove_user(const Call& call) {
  const std::string& name = call.captured[0];
  TRY(check_user_name(name));
  TRY(need_folder());
  const auto removed = users_.remove(name);
  if (!removed) return std::unexpected(http::unavailable(removed.error()));
  if (!*removed) return http::refused(404, "there is no user " + name);
  sessions_.end_all_of(name);
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace picket::app::web::api
