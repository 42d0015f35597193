// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/routes.h"

#include <algorithm>

namespace picket::app::web::api {
namespace {

using access::Role;
using enum http::Method;

constexpr Route kRoutes[] = {
    {kGet, "/sign-in", Role::kNobody, &Api::use_link},
    {kGet, "/api/v1/session", Role::kViewer, &Api::get_session},
    {kPost, "/api/v1/session", Role::kNobody, &Api::sign_in},
    {kDelete, "/api/v1/session", Role::kViewer, &Api::sign_out},

    {kGet, "/api/v1/live/frame", Role::kViewer, &Api::get_frame},
    {kGet, "/api/v1/live/stream", Role::kViewer, &Api::stream_frames},
    {kGet, "/api/v1/live/flows", Role::kViewer, &Api::get_flows},
    {kGet, "/api/v1/live/processes/{pid}", Role::kViewer, &Api::get_process},

    {kGet, "/api/v1/alerts", Role::kViewer, &Api::list_alerts},
    {kGet, "/api/v1/alerts/{id}", Role::kViewer, &Api::get_alert},

    {kGet, "/api/v1/incidents", Role::kViewer, &Api::list_incidents},
    {kPost, "/api/v1/incidents/bulk", Role::kAnalyst, &Api::triage_many},
    {kGet, "/api/v1/incidents/{id}", Role::kViewer, &Api::get_incident},
    {kPatch, "/api/v1/incidents/{id}", Role::kAnalyst, &Api::triage},
    {kPost, "/api/v1/incidents/{id}/notes", Role::kAnalyst, &Api::add_note},
    {kPost, "/api/v1/incidents/{id}/undo", Role::kAnalyst, &Api::undo},
    {kPost, "/api/v1/incidents/{id}/merge", Role::kAnalyst, &Api::merge},
    {kPost, "/api/v1/incidents/{id}/split", Role::kAnalyst, &Api::split},

    {kGet, "/api/v1/search", Role::kViewer, &Api::search},
    {kGet, "/api/v1/search/count", Role::kViewer, &Api::count_records},
    {kGet, "/api/v1/search/top", Role::kViewer, &Api::top_values},
    {kGet, "/api/v1/search/histogram", Role::kViewer, &Api::histogram},
    {kGet, "/api/v1/search/complete", Role::kViewer, &Api::complete_query},
    {kGet, "/api/v1/search/fields", Role::kViewer, &Api::list_fields},
    {kGet, "/api/v1/searches", Role::kViewer, &Api::list_searches},
    {kPut, "/api/v1/searches/{name}", Role::kAnalyst, &Api::save_search},
    {kDelete, "/api/v1/searches/{name}", Role::kAnalyst, &Api::remove_search},
    {kGet, "/api/v1/export", Role::kViewer, &Api::export_records},

    {kGet, "/api/v1/history/top", Role::kViewer, &Api::top_talkers},
    {kGet, "/api/v1/history/series", Role::kViewer, &Api::talk_series},
    {kGet, "/api/v1/history/new", Role::kViewer, &Api::new_destinations},
    {kGet, "/api/v1/history/moment", Role::kViewer, &Api::moment},

    {kGet, "/api/v1/detections", Role::kViewer, &Api::list_detections},

    {kGet, "/api/v1/exceptions", Role::kViewer, &Api::list_exceptions},
    {kPost, "/api/v1/exceptions", Role::kAnalyst, &Api::add_exception},
    {kPost, "/api/v1/exceptions/preview", Role::kAnalyst, &Api::preview_exception},
    {kDelete, "/api/v1/exceptions/{id}", Role::kAnalyst, &Api::remove_exception},

    {kGet, "/api/v1/health", Role::kViewer, &Api::get_health},

    {kGet, "/api/v1/users", Role::kAdmin, &Api::list_users},
    {kPut, "/api/v1/users/{name}", Role::kAdmin, &Api::put_user},
    {kDelete, "/api/v1/users/{name}", Role::kAdmin, &Api::remove_user},
};

bool takes(std::string_view pattern, const std::vector<std::string>& segments,
           std::vector<std::string>& captured) {
  captured.clear();
  size_t used = 0;
  for (pattern.remove_prefix(1); !pattern.empty();) {
    const size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    if (used == segments.size()) return false;
    const std::string& segment = segments[used++];
    if (part.starts_with('{'))
      captured.push_back(segment);
    else if (part != segment)
      return false;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return used == segments.size();
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Match match(http::Method method, const http::Target& target) {
  Match out;
  std::vector<std::string> captured;
  for (const Route& route : kRoutes) {
    if (!takes(route.path, target.segments, captured)) continue;
    out.path_known = true;
    // Fixed paths stand before those with braces.
    if (route.method != method || out.route) continue;
    out.route = &route;
    out.captured = captured;
  }
  return out;
}

}  // namespace picket::app::web::api
