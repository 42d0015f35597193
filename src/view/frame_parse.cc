// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "event/facts_json.h"
#include "view/frame_json.h"

namespace picket::view {
namespace {

using event::MemberReader;
using simdjson::dom::element;

std::optional<RowAge> parse_age(std::string_view word) {
  if (word == "steady") return RowAge::kSteady;
  if (word == "new") return RowAge::kNew;
  if (word == "closed") return RowAge::kClosed;
  return std::nullopt;
}

// Calls each(element) for the items of the array `name`; a missing one is an empty one.
template <typename Each>
bool read_array(const MemberReader& from, std::string_view name, Each&& each) {
  const auto part = from.find(name);
  if (!part) return true;
  simdjson::dom::array list;
  if (part->get(list) != simdjson::SUCCESS) return false;
  for (const element item : list)
    if (!each(item)) return false;
  return true;
}

bool read_flow(element item, std::vector<event::FlowFacts>& out) {
  auto flow = event::read_flow_facts(item);
  if (flow) out.push_back(std::move(*flow));
  return flow.has_value();
}

std::optional<Status> read_status(element part) {
  MemberReader from(part);
  Status status;
  from.read("version", status.version);
  from.read("host", status.host);
  from.read("mode", status.mode);
  from.read("mode_note", status.mode_note);
  from.read("ready", status.ready);
  from.read("self_test", status.self_test);
  from.read("now", status.now);
  from.read("since", status.since);
  from.read("flows_open", status.flows_open);
  from.read("processes", status.processes);
  from.read("listeners", status.listeners);
  from.read("flows_per_s", status.flows_per_s);
  from.read("bytes_in_per_s", status.bytes_in_per_s);
  from.read("bytes_out_per_s", status.bytes_out_per_s);
  from.read("lost", status.lost);
  from.read("attributed_ratio", status.attributed_ratio);
  from.read("geo", status.geo);
  const bool good = read_array(from, "losses", [&](element item) {
    MemberReader member(item);
    Loss& loss = status.losses.emplace_back();
    member.read("counter", loss.counter);
    member.read("meaning", loss.meaning);
    member.read("count", loss.count);
    return !member.failed();
  });
  if (from.failed() || !good) return std::nullopt;
  return status;
}

bool read_group(element item, GroupRow& row) {
  MemberReader from(item);
  from.read("key", row.key);
  from.read("name", row.name);
  from.read("detail", row.detail);
  from.read("processes", row.processes);
  from.read("flows", row.flows);
  from.read("listeners", row.listeners);
  from.read("bytes_in_per_s", row.bytes_in_per_s);
  from.read("bytes_out_per_s", row.bytes_out_per_s);
  from.read("bytes_in", row.bytes_in);
  from.read("bytes_out", row.bytes_out);
  from.read("remote", row.remote);
  from.read("suspicion", row.suspicion);
  return read_array(from, "history",
                    [&](element value) {
                      uint64_t number;
                      if (row.history.size() >= kHistorySeconds ||
                          value.get(number) != simdjson::SUCCESS || number > 0xffffffffu)
                        return false;
                      row.history.push_back(static_cast<uint32_t>(number));
                      return true;
                    }) &&
         !from.failed();
}

bool read_row(element item, FlowRow& row) {
  MemberReader from(item);
  from.read_word("age", row.age, parse_age);
  from.read("faded", row.faded);
  from.read("suspicion", row.suspicion);
  const auto part = from.find("flow");
  if (from.failed() || !part) return false;
  auto facts = event::read_flow_facts(*part);
  if (facts) row.facts = std::move(*facts);
  return facts.has_value();
}

bool read_details(element part, FlowDetails& details) {
  MemberReader from(part);
  const auto flow = from.find("flow");
  auto facts = flow ? event::read_flow_facts(*flow) : std::nullopt;
  if (!facts) return false;
  details.flow = std::move(*facts);
  if (const auto process = from.find("process")) {
    details.process = event::read_process_facts(*process);
    if (!details.process) return false;
  }
  uint64_t total = 0;
  from.read("other_flows_total", total);
  details.other_flows_total = total;
  return read_array(from, "other_flows",
                    [&](element item) { return read_flow(item, details.other_flows); }) &&
         !from.failed();
}

bool read_frame(element document, Frame& frame) {
  MemberReader from(document);
  from.read("groups_total", frame.groups_total);
  from.read("flows_total", frame.flows_total);
  if (from.find("groups_from")) from.read("groups_from", frame.groups_from.emplace());
  if (from.find("flows_from")) from.read("flows_from", frame.flows_from.emplace());
  from.read("filter_error", frame.filter_error);
  const auto status_part = from.find("status");
  auto status = status_part ? read_status(*status_part) : std::nullopt;
  if (from.failed() || !status) return false;
  frame.status = std::move(*status);
  if (const auto part = from.find("details"); part && !read_details(*part, frame.details.emplace()))
    return false;
  return read_array(from, "groups",
                    [&](element item) { return read_group(item, frame.groups.emplace_back()); }) &&
         read_array(from, "flows",
                    [&](element item) { return read_row(item, frame.flows.emplace_back()); });
}

// Parses `json`, at most `bytes_max` of it, and hands the document to `read`.
template <typename Read>
bool with_document(std::string_view json, size_t bytes_max, Read&& read) {
  if (json.size() > bytes_max) return false;
  simdjson::dom::parser parser;
  if (parser.allocate(json.size() + 1, event::kJsonDepthMax) != simdjson::SUCCESS) return false;
  element document;
  if (parser.parse(json.data(), json.size(), true).get(document) != simdjson::SUCCESS) return false;
  return read(document);
}

}  // namespace

std::optional<FrameQuery> parse_frame_query(std::string_view json) {
  FrameQuery query;
  const bool good = with_document(json, kQueryJsonMax, [&](element document) {
    MemberReader from(document);
    from.read_word("grouping", query.grouping, parse_grouping);
    from.read_word("group_order", query.group_order, parse_group_order);
    from.read_word("flow_order", query.flow_order, parse_flow_order);
    from.read("filter", query.filter);
    from.read("hide_local", query.hide_local);
    from.read("selected_group", query.selected_group);
    from.read("selected_flow", query.selected_flow);
    from.read("groups_from", query.groups_from);
    from.read("groups_max", query.groups_max);
    from.read("flows_from", query.flows_from);
    from.read("flows_max", query.flows_max);
    from.read("groups_around", query.groups_around);
    from.read("flows_around", query.flows_around);
    return !from.failed();
  });
  if (!good) return std::nullopt;
  return query;
}

std::optional<Frame> parse_frame(std::string_view json) {
  Frame frame;
  const auto read = [&](element document) { return read_frame(document, frame); };
  if (!with_document(json, kFrameJsonMax, read)) return std::nullopt;
  return frame;
}

std::optional<Status> parse_status(std::string_view json) {
  std::optional<Status> status;
  const auto read = [&](element document) {
    status = read_status(document);
    return status.has_value();
  };
  if (!with_document(json, kFrameJsonMax, read)) return std::nullopt;
  return status;
}

}  // namespace picket::view
