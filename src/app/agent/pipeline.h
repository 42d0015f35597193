// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/agent/lookups.h"
#include "base/clock.h"
#include "flow/flow_table.h"
#include "flow/process_table_lookup.h"
#include "inspect/name_reader.h"
#include "process/cgroup_names.h"
#include "process/executable_catalog.h"
#include "process/process_table.h"
#include "process/user_names.h"

namespace picket::app::agent {

constexpr size_t kIncompleteMax = 65'536;   // found processes whose arguments are still to be read
constexpr size_t kPacketSocketsMax = 4096;  // watched for their end, which no hook tells

// Told of processes and flows as they come and go, for those who follow.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;
  virtual void flow_changed(event::FlowEvent what, const flow::Flow& flow) = 0;
  virtual void process_changed(const process::ProcessChange& change) = 0;
};

// The stages of the agent put together: observations in, tables of processes and flows kept true.
// One thread.
class Pipeline {
 public:
  // `opener`: how executables are opened to be hashed; null: none are. `geo` may be null.
  Pipeline(std::unique_ptr<process::FileOpener> opener, detect::intel::GeoDatabase* geo,
           const Clock& clock);

  void take(event::Observation&& observation);
  // Housekeeping a few times a second: live counters, expiry, finished hashes.
  void tick(const event::FlowCounterSource* counters);
  // After a search through all sockets: packet sockets that were not found are closed (no hook
  // tells of their end).
  void begin_search();
  void end_search();
  // Something came by that only a search can complete.
  bool wants_search() const { return wants_search_; }

  void set_listener(ChangeListener* listener);
  // A second one, told first: detection. It must outlive its being set.
  void set_detector(ChangeListener* detector);
  // Told of each DNS message before it is read for names; unset: nobody.
  void set_dns_listener(std::function<void(const event::PayloadSeen&)> listener) {
    dns_listener_ = std::move(listener);
  }
  void set_first_words_listener(inspect::FirstWordsListener* listener) {
    names_.set_listener(listener);
  }
  // Completes the facts of a flow with what only a later stage knows (suspicion); unset: nothing.
  void set_flow_marker(std::function<void(event::FlowFacts&)> marker) {
    flow_marker_ = std::move(marker);
  }

  flow::FlowTable& flows() { return flows_; }
  process::ProcessTable& processes() { return processes_; }
  // Hash and package of a file; null: not known (yet). Valid until the next call of take() or
  // tick().
  const process::ExecutableIdentity* identity_of(const event::FileIdentity& file) const {
    return executables_ && file.known() ? executables_->find(file) : nullptr;
  }
  NamespaceDirectory& namespaces() { return namespaces_; }
  const Clock& clock() const { return clock_; }
  event::FlowFacts facts(const flow::Flow& flow) const {
    event::FlowFacts facts = flows_.facts(flow, clock_);
    if (flow_marker_) flow_marker_(facts);
    return facts;
  }

 private:
  struct FollowFlows final : flow::FlowListener {
    explicit FollowFlows(Pipeline& owner) : pipeline(owner) {}
    void flow_changed(event::FlowEvent what, const flow::Flow& flow) override {
      if (pipeline.detector_) pipeline.detector_->flow_changed(what, flow);
      if (pipeline.listener_) pipeline.listener_->flow_changed(what, flow);
    }
    Pipeline& pipeline;
  };
  struct PacketSocket {
    event::SocketSeen seen;
    uint64_t search = 0;
  };

  void take_process(event::ProcessSeen&& seen);
  void complete_found();
  void take_socket(event::SocketSeen&& seen);
  void close_packet_sockets_of(const event::ProcessKey& owner, MonoTime at);

  const Clock& clock_;
  process::UserNames users_;
  process::CgroupNames cgroups_;
  std::unique_ptr<process::ExecutableCatalog> executables_;
  process::ProcessTable processes_;
  flow::ProcessTableLookup process_lookup_;
  GeoAnswers geo_answers_;
  NamespaceDirectory namespaces_;
  flow::FlowTable flows_;
  inspect::NameReader names_;
  FollowFlows follow_{*this};
  void update_flow_listener();

  ChangeListener* listener_ = nullptr;
  ChangeListener* detector_ = nullptr;
  std::function<void(event::FlowFacts&)> flow_marker_;
  std::function<void(const event::PayloadSeen&)> dns_listener_;
  std::deque<event::ProcessSeen>
      incomplete_;  // found running: their arguments are still to be read
  std::unordered_map<uint64_t, PacketSocket> packet_sockets_;
  uint64_t search_ = 0;
  bool wants_search_ = false;
};

}  // namespace picket::app::agent
