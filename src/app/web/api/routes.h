// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "app/web/api/api.h"

// The one table of who may ask what. A test holds it against docs/api/openapi.yaml.
namespace picket::app::web::api {

struct Route {
  http::Method method;
  std::string_view path;  // a part in braces takes any one part
  access::Role role;      // the least that may
  Outcome (Api::*handler)(const Call&);
};
std::span<const Route> routes();

// The route of a request's path with what its braces took; with null: no such path, or it is there
// for other methods only.
struct Match {
  const Route* route = nullptr;
  bool path_known = false;
  std::vector<std::string> captured;
};
Match match(http::Method method, const http::Target& target);

}  // namespace picket::app::web::api
