// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/agent_door.h"
#include "app/web/api/api.h"
#include "app/web/api/frame_query.h"
#include "app/web/api/live_feed.h"
#include "app/web/http/event_stream.h"
#include "base/json_writer.h"
#include "view/filter.h"

namespace picket::app::web::api {
namespace {

constexpr int64_t kPlacesMax = 1'000'000;
constexpr size_t kKeyMax = 4096, kIdMax = 64;
constexpr int64_t kFlowsMax = 10'000;

// What the agent says is wrong is about the filter: the rest was checked here.
http::Problem problem_of(const Error& error) {
  if (error.code == EINVAL) return http::wrong("filter", error.message).error();
  return http::unavailable(error);
}

bool is_end(std::string_view line) { return line.starts_with(R"({"type":"end")"); }

}  // namespace

view::FrameQuery read_frame_query(http::Parameters& given) {
  view::FrameQuery query;
  query.grouping = *view::parse_grouping(
      given.word("grouping", {"application", "process", "remote_host", "unit", "container"}));
  query.group_order =
      *view::parse_group_order(given.word("group_order", {"traffic", "name", "flows", "newest"}));
  query.flow_order = *view::parse_flow_order(
      given.word("flow_order", {"newest", "traffic", "state", "remote", "local", "process"}));
  query.filter = given.text("filter", view::kFilterBytesMax);
  query.hide_local = given.flag("hide_local");
  query.selected_group = given.text("selected_group", kKeyMax);
  query.selected_flow = given.text("selected_flow", kIdMax);
  const auto number = [&](const char* name, int64_t most, uint32_t otherwise) {
    return static_cast<uint32_t>(given.number(name, 0, most, otherwise));
  };
  query.groups_from = number("groups_from", kPlacesMax, 0);
  query.groups_max = number("groups_max", kFrameRowsMax, query.groups_max);
  query.flows_from = number("flows_from", kPlacesMax, 0);
  query.flows_max = number("flows_max", kFrameRowsMax, query.flows_max);
  query.groups_around = given.text("groups_around", kKeyMax);
  query.flows_around = given.text("flows_around", kIdMax);
  return query;
}

std::string frame_request(const view::FrameQuery& query) {
  return R"({"ask":"frame","query":)" + view::to_json(query) + '}';
}

http::Checked<AgentDoor*> Api::agent() const {
  if (behind_.agent) return behind_.agent;
  return http::refused(503, "no agent is behind this console",
                       "`picket run` shows what goes on; this console shows what was kept.");
}

Outcome Api::get_frame(const Call& call) {
  http::Parameters given(call.target);
  const view::FrameQuery query = read_frame_query(given);
  TRY(given.done());
  TRY_ASSIGN(AgentDoor* const door, agent());
  auto frame = door->ask_one(frame_request(query));
  if (!frame) return std::unexpected(problem_of(frame.error()));
  return http::json_response(std::move(*frame));
}

Outcome Api::stream_frames(const Call& call) {
  http::Parameters given(call.target);
  const view::FrameQuery query = read_frame_query(given);
  const auto per_s = static_cast<unsigned>(given.number("per_s", 1, LiveFeed::kPerSecondMax, 2));
  TRY(given.done());
  TRY(agent());
  auto stream = std::make_shared<http::EventStream>();
  if (!behind_.feed->add({stream, query, per_s, call.session.key}))
    return http::refused(503, "too many browsers look at live data",
                         "Close some pages, or ask again later.");
  http::Response response;
  response.content_type = "text/event-stream";
  response.stream = std::move(stream);
  return response;
}

Outcome Api::get_flows(const Call& call) {
  http::Parameters given(call.target);
  const std::string filter = given.text("filter", view::kFilterBytesMax);
  const auto limit = static_cast<uint64_t>(given.number("limit", 1, kFlowsMax, 1000));
  TRY(given.done());
  TRY_ASSIGN(AgentDoor* const door, agent());
  std::string request;
  JsonWriter(request).begin_object().member("ask", "flows").member("filter", filter).end_object();
  std::string out = R"({"flows":[)";
  uint64_t count = 0;
  bool ended = false;
  const auto asked = door->ask(request, [&](std::string&& line) {
    if (ended) {
      out += R"(],"total":)" + std::to_string(count) + R"(,"status":)" + line + '}';
      return false;
    }
    ended = is_end(line);
    if (!ended && count++ < limit) out.append(count > 1 ? "," : "").append(line);
    return true;
  });
  if (!asked) return std::unexpected(problem_of(asked.error()));
  return http::json_response(std::move(out));
}

Outcome Api::get_process(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  const auto pid = http::parse_number(call.captured[0]);
  if (!pid || *pid < 1 || *pid > UINT32_MAX)
    return http::wrong("pid", "it is no whole number from 1 to 4294967295");
  TRY_ASSIGN(AgentDoor* const door, agent());
  std::string out = R"({"processes":[)";
  const size_t empty = out.size();
  const auto asked =
      door->ask(R"({"ask":"process","pid":)" + std::to_string(*pid) + '}', [&](std::string&& line) {
        if (is_end(line)) return false;
        out.append(out.size() > empty ? "," : "").append(line);
        return true;
      });
  if (!asked) return std::unexpected(problem_of(asked.error()));
  if (out.size() == empty) return http::refused(404, "no such process is known");
  return http::json_response(out + "]}");
}

}  // namespace picket::app::web::api
