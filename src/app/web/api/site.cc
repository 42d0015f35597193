// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/site.h"

#include "app/web/http/assets.h"
#include "base/counter.h"

namespace picket::app::web::api {
namespace {

Counter requests{"web.requests", "requests of browsers"};
Counter problems{"web.problems", "requests of browsers that were refused or could not be answered"};

}  // namespace

http::Response Site::respond(const http::Request& request) {
  requests.add();
  auto outcome = answer(request);
  if (outcome) return std::move(*outcome);
  problems.add();
  return response_of(outcome.error());
}

Outcome Site::answer(const http::Request& request) {
  const auto target = http::parse_target(request.target);
  if (!target) return http::refused(400, "the address is not one that can be understood");
  const bool of_api = !target->segments.empty() &&
                      (target->segments[0] == "api" || target->segments[0] == "sign-in");
  TRY(gate_.check_source(request, !of_api));
  if (of_api) return answer_route(request, *target);
  if (request.method != http::Method::kGet)
    return http::refused(405, "files can only be read (GET)");
  std::string path;
  for (const std::string& segment : target->segments) path += '/' + segment;
  return http::asset_response(request, path.empty() ? "/index.html" : path);
}

Outcome Site::answer_route(const http::Request& request, const http::Target& target) {
  Match found = match(request.method, target);
  if (!found.route && found.path_known)
    return http::refused(405, "this address is not for that method");
  if (!found.route) return http::refused(404, "there is no such address");
  const auto session = sessions_.find(gate_.token_of(request));
  if (found.route->role != access::Role::kNobody) {
    if (!session) {
      auto problem = http::refused(401, "nobody is signed in",
                                   "Sign in, or open the link that `picket console` prints.");
      problem.error().type = "not-signed-in";
      return problem;
    }
    if (request.method != http::Method::kGet) TRY(access::Gate::check_csrf(request, *session));
    if (session->role < found.route->role)
      return http::refused(403, "the role " + std::string(text(session->role)) + " may not do this",
                           "It takes the role " + std::string(text(found.route->role)) + ".");
  }
  const Deadline deadline{&clock_, MonoTime{clock_.mono().ns + kAnswerNs}, request.gone};
  const Call call{request, target, std::move(found.captured), session.value_or(access::Session{}),
                  deadline};
  return (api_.*found.route->handler)(call);
}

}  // namespace picket::app::web::api
