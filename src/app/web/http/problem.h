// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <optional>
#include <string>

#include "app/web/http/message.h"
#include "base/result.h"

// What was wrong with a request, or why it could not be answered (RFC 9457). Values.
namespace picket::app::web::http {

struct Problem {
  unsigned status = 400;
  std::string title;
  std::string detail;
  std::string field;         // the parameter or member that is wrong
  std::string hint;          // what to do
  std::string type;          // a word for the kind: not-signed-in; empty: the title says it all
  std::optional<size_t> at;  // byte of a query
  std::optional<unsigned> retry_after_s;
};

template <typename T>
using Checked = std::expected<T, Problem>;

Response response_of(const Problem& problem);
// 400 about one parameter or member.
std::unexpected<Problem> wrong(std::string field, std::string detail, std::string hint = {});
std::unexpected<Problem> refused(unsigned status, std::string title, std::string hint = {});
// What failed on this side: 503, with what the error says.
Problem unavailable(const Error& error);

Response json_response(std::string&& body, unsigned status = 200);

}  // namespace picket::app::web::http
