// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "flow/flow_table.h"
#include "view/filter.h"
#include "view/frame.h"
#include "view/group_tally.h"
#include "view/suspicion_lookup.h"

namespace picket::view {

constexpr uint32_t kFrameRowsMax = 100'000;  // of each kind in one frame, whatever is asked for

// LiveView answers FrameQuery from the flow table: one pass over the flows, then only the rows that
// were asked for become text. Borrows the table and the clock; same thread as the table. Working
// memory is kept from frame to frame.
//
// Order never jumps: equal rows are ordered by name and key, traffic is smoothed over some seconds,
// and a closed row keeps what it was ordered by until it is gone (its state apart). Rates and
// histories are those of the whole group, except that with a filter or hide_local the rates are
// those of the flows shown.
class LiveView {
 public:
  // `suspicion` may be null: then nothing stands out.
  LiveView(const flow::FlowTable& table, const Clock& clock,
           const SuspicionLookup* suspicion = nullptr);

  // `status`: what the table does not know (version, mode, losses...); the rest is filled in.
  Frame frame(const FrameQuery& query, Status status);

 private:
  void collect(const FrameQuery&, const Filter&);
  void add_groups(const FrameQuery&, Frame&);
  void add_flows(const FrameQuery&, Frame&);
  void add_details(const FrameQuery&, Frame&, const Clock& frozen);
  void fill(Status&) const;
  const Filter& filter_of(const FrameQuery&, Frame&);
  // A row on its way into order: most are told apart by `key` (smaller first) without a look at
  // the flow.
  struct Shown {
    uint64_t key = 0;
    const flow::Flow* flow = nullptr;
  };
  static Shown shown(const flow::Flow&, FlowOrder order);
  bool before(const Shown& a, const Shown& b, FlowOrder order) const;
  FlowRow row_of(const flow::Flow&, const Clock& frozen) const;
  event::FlowFacts facts_of(const flow::Flow&, const Clock& frozen) const;

  const flow::FlowTable& table_;
  const Clock& clock_;
  const SuspicionLookup* suspicion_;
  GroupTally tally_;
  std::vector<Shown> shown_;
  std::string filter_text_;
  Filter filter_;
  std::string filter_error_;
};

}  // namespace picket::view
