// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/problem.h"

#include "base/json_writer.h"

namespace picket::app::web::http {

Response response_of(const Problem& problem) {
  Response response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  JsonWriter json(response.body);
  json.begin_object().member(
      "type", problem.type.empty() ? std::string("about:blank") : "urn:picket:" + problem.type);
  json.member("title", problem.title).member("status", problem.status);
  json.member_if("detail", problem.detail).member_if("field", problem.field);
  json.member_if("hint", problem.hint);
  if (problem.at) json.member("at", *problem.at);
  json.end_object();
  if (problem.retry_after_s)
    response.headers.emplace_back("Retry-After", std::to_string(*problem.retry_after_s));
  return response;
}

std::unexpected<Problem> wrong(std::string field, std::string detail, std::string hint) {
  Problem problem;
  problem.title = "the request is wrong";
  problem.detail = std::move(detail);
  problem.field = std::move(field);
  problem.hint = std::move(hint);
  return std::unexpected(std::move(problem));
}

std::unexpected<Problem> refused(unsigned status, std::string title, std::string hint) {
  Problem problem;
  problem.status = status;
  problem.title = std::move(title);
  problem.hint = std::move(hint);
  return std::unexpected(std::move(problem));
}

Problem unavailable(const Error& error) {
  Problem problem;
  problem.status = 503;
  problem.title = "picket could not do this now";
  problem.detail = error.message;
  problem.hint = error.next;
  return problem;
}

Response json_response(std::string&& body, unsigned status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

}  // namespace picket::app::web::http
