// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/facts.h"

// What a person sees of the live state: a question (FrameQuery) and its answer (Frame), computed
// beside the flow table and sent to whoever draws it. A frame carries only the rows that fit the
// reader's window, so its size depends on the screen and not on the number of flows.
namespace picket::view {

enum class Grouping : uint8_t { kApplication, kProcess, kRemoteHost, kUnit, kContainer };
std::string_view text(Grouping);
std::optional<Grouping> parse_grouping(std::string_view);

enum class GroupOrder : uint8_t { kTraffic, kName, kFlows, kNewest };
enum class FlowOrder : uint8_t { kNewest, kTraffic, kState, kRemote, kLocal, kProcess };
std::string_view text(GroupOrder);
std::string_view text(FlowOrder);
std::optional<GroupOrder> parse_group_order(std::string_view);
std::optional<FlowOrder> parse_flow_order(std::string_view);

struct FrameQuery {
  Grouping grouping = Grouping::kApplication;
  GroupOrder group_order = GroupOrder::kTraffic;
  FlowOrder flow_order = FlowOrder::kNewest;
  std::string filter;          // view/filter.h; a bad one is told in Frame::filter_error
  bool hide_local = false;     // loopback, broadcast and multicast left out
  std::string selected_group;  // key of the group whose flows are listed; empty: all
  std::string selected_flow;   // id of the flow to give details of; empty: none
  uint32_t groups_from = 0, groups_max = 200;
  uint32_t flows_from = 0, flows_max = 500;
  // A row that the answer is to hold wherever the order puts it: *_from then moves so that the row
  // stands in the middle of those sent, and the reader's cursor keeps its surroundings. Empty, or
  // no such row: *_from as given.
  std::string groups_around, flows_around;
  bool operator==(const FrameQuery&) const = default;
};

constexpr size_t kHistorySeconds = 60;
// A closed flow stays visible this long, so that a reader can see what was there.
constexpr uint64_t kClosedVisibleNs = 5 * kNsPerSecond;
// A flow counts as new this long.
constexpr uint64_t kNewVisibleNs = 3 * kNsPerSecond;

struct GroupRow {
  std::string key;     // stable identity of the group
  std::string name;    // what to show
  std::string detail;  // full path, unit, address...
  uint32_t processes = 0, flows = 0, listeners = 0;
  double bytes_in_per_s = 0, bytes_out_per_s = 0;
  uint64_t bytes_in = 0, bytes_out = 0;
  std::vector<uint32_t> history;  // bytes/s of both directions, oldest first, kHistorySeconds long
  std::string remote;             // the one remote endpoint, or "23 hosts"
  std::string suspicion;          // why it stands out; empty: it does not
};

enum class RowAge : uint8_t { kSteady, kNew, kClosed };
struct FlowRow {
  event::FlowFacts facts;
  RowAge age = RowAge::kSteady;
  double faded = 0;  // kClosed: 0 just now .. 1 about to go
  std::string suspicion;
};

struct FlowDetails {
  event::FlowFacts flow;
  std::optional<event::ProcessFacts> process;
  std::vector<event::FlowFacts> other_flows;  // of the same process, at most kOtherFlowsMax
  size_t other_flows_total = 0;
};
constexpr size_t kOtherFlowsMax = 50;

struct Loss {
  std::string counter;
  std::string meaning;
  uint64_t count = 0;
};

// Mode and losses: in sight on every screen.
struct Status {
  std::string version;
  std::string host;
  std::string mode;       // "bpf" or "fallback"
  std::string mode_note;  // what this mode may miss, in words; empty: nothing
  bool ready = false;     // everything from here on is seen
  std::string self_test;  // "passed", "pending" or what went wrong
  WallTime now;
  WallTime since;  // when ready
  uint64_t flows_open = 0, processes = 0, listeners = 0;
  double flows_per_s = 0, bytes_in_per_s = 0, bytes_out_per_s = 0;
  uint64_t lost = 0;            // sum of losses
  std::vector<Loss> losses;     // those that are not zero
  double attributed_ratio = 1;  // flows with a certain owner / all, since ready
  std::string geo;              // database and its date, empty: none
};

struct Frame {
  Status status;
  std::vector<GroupRow> groups;
  uint32_t groups_total = 0;
  std::vector<FlowRow> flows;
  uint32_t flows_total = 0;
  // Place in the whole order of the first row sent; absent: where it was asked for.
  std::optional<uint32_t> groups_from, flows_from;
  std::optional<FlowDetails> details;
  std::string filter_error;
};

// The wire form between agent and reader, both ways.
std::string to_json(const FrameQuery&);
std::string to_json(const Frame&);
std::optional<FrameQuery> parse_frame_query(std::string_view json);
std::optional<Frame> parse_frame(std::string_view json);

}  // namespace picket::view
