// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "flow/flow_table.h"
#include "view/frame.h"
#include "view/suspicion_lookup.h"

namespace picket::view {

// What is summed of one group while a frame is made.
struct GroupSum {
  uint32_t id = 0;                           // TextId or OwnerId by grouping; unused for hosts
  IpAddress host;                            // grouping by remote host
  flow::OwnerId sample = 0;                  // an owner in it
  flow::OwnerId last_owner = flow::kNoSlot;  // of the flow added last
  const flow::Flow* newest = nullptr;
  uint32_t processes = 0, flows = 0, listeners = 0;
  uint32_t hosts = 0;    // distinct remote addresses
  Endpoint remote;       // the first seen
  bool one_port = true;  // all remotes have its port
  bool selected = false;
  uint64_t bytes_in = 0, bytes_out = 0;
  double rate_in = 0, rate_out = 0;
  double steady = 0;           // to order by
  std::string_view suspicion;  // of one of its processes; lives as SuspicionLookup says
};

// GroupTally sums flows into groups, one frame after another, without allocating once it has grown
// to the size of the table. Used by LiveView, same thread.
class GroupTally {
 public:
  explicit GroupTally(const flow::FlowTable& table, const SuspicionLookup* suspicion = nullptr)
      : table_(table), suspicion_(suspicion) {}

  void begin(Grouping grouping, std::string_view selected);
  // Adds the flow to its group; false when a group is selected and it is not that one.
  bool add(const flow::Flow&);
  // Ends the frame. `whole`: no flows were left out, so rates are those measured for the group.
  void finish(bool whole);
  // Indices of groups() in order, as far as [from, from + count) needs them; moves `from` so that
  // the group `around` is in the middle, if there is one.
  const std::vector<uint32_t>& ordered(GroupOrder order, std::string_view around, uint32_t& from,
                                       uint32_t count);
  const std::vector<GroupSum>& groups() const { return groups_; }

  std::string key(const GroupSum&) const;
  GroupRow row(const GroupSum&) const;

 private:
  struct Cell {
    uint64_t print = 0;
    uint32_t group = 0;
    uint32_t frame = 0;
  };

  uint32_t group_of(const flow::Flow&, const flow::Owner&);
  uint32_t new_group(const flow::Flow&, uint32_t id);
  bool matches_key(const GroupSum&, std::string_view key) const;
  // Whether `print` is new in this frame's set; remembers `group` with it, or gives that back.
  bool first_sight(uint64_t print, uint32_t& group);
  void grow_set();
  std::string_view name(const GroupSum&) const;
  const flow::TrafficRing* ring(const GroupSum&) const;
  bool before(const GroupSum&, const GroupSum&, GroupOrder) const;

  const flow::FlowTable& table_;
  const SuspicionLookup* suspicion_;
  Grouping grouping_ = Grouping::kApplication;
  std::string selected_;
  uint32_t frame_ = 0;
  std::vector<GroupSum> groups_;
  std::vector<uint32_t> group_by_id_, frame_by_id_;  // TextId or OwnerId -> group of this frame
  std::vector<uint32_t> frame_by_owner_;             // owners seen in this frame
  std::vector<Cell> set_;                            // prints seen in this frame, open addressing
  size_t set_used_ = 0;
  std::vector<uint32_t> order_;
};

}  // namespace picket::view
