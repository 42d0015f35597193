// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/web/api/api.h"
#include "app/web/api/query_parts.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "store/saved_searches.h"

namespace picket::app::web::api {
namespace {

void append_search(JsonWriter& json, const store::SavedSearch& one) {
  json.begin_object().member("name", one.name).member("query", one.query);
  json.member("by", one.by).member("at", rfc3339(one.at)).end_object();
}

http::Checked<void> check_search_name(const std::string& name) {
  if (!name.empty() && name.size() <= store::SavedSearches::kNameMax && printable(name) == name)
    return {};
  return http::wrong("name", "it is no name of at most 100 bytes");
}

}  // namespace

Outcome Api::list_searches(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(need_folder());
  const auto all = store::SavedSearches(behind_.folder).all();
  if (!all) return std::unexpected(http::unavailable(all.error()));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("searches").begin_array();
  for (const store::SavedSearch& one : *all) append_search(json, one);
  json.end_array().end_object();
  return http::json_response(std::move(out));
}

Outcome Api::save_search(const Call& call) {
  TRY(check_search_name(call.captured[0]));
  http::JsonBody body(call.request);
  const auto query = body.text("query", search::kQueryBytesMax);
  body.need("query");
  TRY(body.done());
  TRY(parse_query(*query, behind_.clock->wall()));
  TRY(need_folder());
  const store::SavedSearch saved{call.captured[0], *query, call.session.user,
                                 behind_.clock->wall()};
  if (const auto done = store::SavedSearches(behind_.folder).put(saved); !done)
    return std::unexpected(http::unavailable(done.error()));
  std::string out;
  JsonWriter json(out);
  append_search(json, saved);
  return http::json_response(std::move(out));
}

Outcome Api::remove_search(const Call& call) {
  TRY(check_search_name(call.captured[0]));
  TRY(need_folder());
  const auto removed = store::SavedSearches(behind_.folder).remove(call.captured[0]);
  if (!removed) return std::unexpected(http::unavailable(removed.error()));
  if (!*removed) return http::refused(404, "there is no such search");
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace picket::app::web::api
