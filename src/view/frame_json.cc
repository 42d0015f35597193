// SPDX-License-Identifier: Apache-2.0
#include "view/frame_json.h"

#include <array>

#include "event/facts_json.h"

namespace picket::view {
namespace {

constexpr std::array<std::string_view, 3> kAges{"steady", "new", "closed"};

void append_row(JsonWriter& json, const FlowRow& row) {
  json.begin_object().member("age", kAges[static_cast<size_t>(row.age)]);
  if (row.faded > 0) json.member("faded", row.faded);
  json.member_if("suspicion", row.suspicion).key("flow");
  event::append_json(json, row.facts);
  json.end_object();
}

void append_details(JsonWriter& json, const FlowDetails& details) {
  json.begin_object().key("flow");
  event::append_json(json, details.flow);
  if (details.process) {
    json.key("process");
    event::append_json(json, *details.process);
  }
  json.key("other_flows").begin_array();
  for (const event::FlowFacts& flow : details.other_flows) event::append_json(json, flow);
  json.end_array().member("other_flows_total", details.other_flows_total).end_object();
}

}  // namespace

void append_json(JsonWriter& json, const GroupRow& row) {
  json.begin_object()
      .member("key", row.key)
      .member("name", row.name)
      .member_if("detail", row.detail);
  json.member("processes", row.processes)
      .member("flows", row.flows)
      .member("listeners", row.listeners);
  json.member("bytes_in_per_s", row.bytes_in_per_s).member("bytes_out_per_s", row.bytes_out_per_s);
  json.member("bytes_in", row.bytes_in).member("bytes_out", row.bytes_out);
  json.key("history").begin_array();
  for (const uint32_t value : row.history) json.value(value);
  json.end_array()
      .member_if("remote", row.remote)
      .member_if("suspicion", row.suspicion)
      .end_object();
}

void append_json(JsonWriter& json, const Status& status) {
  json.begin_object().member("type", "status").member("version", status.version);
  json.member("host", status.host)
      .member("mode", status.mode)
      .member_if("mode_note", status.mode_note);
  json.member("ready", status.ready).member("self_test", status.self_test);
  json.member("now", rfc3339(status.now)).member("since", rfc3339(status.since));
  json.member("flows_open", status.flows_open).member("processes", status.processes);
  json.member("listeners", status.listeners).member("flows_per_s", status.flows_per_s);
  json.member("bytes_in_per_s", status.bytes_in_per_s)
      .member("bytes_out_per_s", status.bytes_out_per_s);
  json.member("lost", status.lost).key("losses").begin_array();
  for (const Loss& loss : status.losses) {
    json.begin_object().member("counter", loss.counter).member("meaning", loss.meaning);
    json.member("count", loss.count).end_object();
  }
  json.end_array().member("attributed_ratio", status.attributed_ratio);
  json.member_if("geo", status.geo).end_object();
}

std::string to_json(const FrameQuery& query) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("grouping", text(query.grouping));
  json.member("group_order", text(query.group_order)).member("flow_order", text(query.flow_order));
  json.member_if("filter", query.filter).member("hide_local", query.hide_local);
  json.member_if("selected_group", query.selected_group);
  json.member_if("selected_flow", query.selected_flow);
  json.member("groups_from", query.groups_from).member("groups_max", query.groups_max);
  json.member("flows_from", query.flows_from).member("flows_max", query.flows_max);
  json.member_if("groups_around", query.groups_around)
      .member_if("flows_around", query.flows_around);
  json.end_object();
  return out;
}

std::string to_json(const Frame& frame) {
  std::string out;
  out.reserve(2048 + frame.groups.size() * 512 + frame.flows.size() * 1024);
  JsonWriter json(out);
  json.begin_object().key("status");
  append_json(json, frame.status);
  json.key("groups").begin_array();
  for (const GroupRow& row : frame.groups) append_json(json, row);
  json.end_array().member("groups_total", frame.groups_total);
  if (frame.groups_from) json.member("groups_from", *frame.groups_from);
  json.key("flows").begin_array();
  for (const FlowRow& row : frame.flows) append_row(json, row);
  json.end_array().member("flows_total", frame.flows_total);
  if (frame.flows_from) json.member("flows_from", *frame.flows_from);
  if (frame.details) {
    json.key("details");
    append_details(json, *frame.details);
  }
  json.member_if("filter_error", frame.filter_error).end_object();
  return out;
}

}  // namespace picket::view
