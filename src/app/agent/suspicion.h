// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/agent/pipeline.h"
#include "detect/behavior/behavior_set.h"
#include "detect/intel/indicator_engine.h"
#include "detect/sigma/alert_engine.h"
#include "event/alert.h"
#include "inspect/proto/dns/shown_message.h"
#include "store/recorder.h"
#include "view/suspicion_lookup.h"

namespace picket::app::exceptions {
class ExceptionSet;
}

namespace picket::app::agent {

// Alerts kept to be asked for; older ones are forgotten and counted.
constexpr size_t kAlertsKept = 10'000;
// Flows and processes that wait to be judged; more are not judged, and counted.
constexpr size_t kUnjudgedMax = 65'536;
// Connections of one process to one peer that are judged within kBurstNs; the rest are alike.
constexpr unsigned kBurstMax = 16;
constexpr uint64_t kBurstNs = kNsPerSecond;
constexpr size_t kBurstsMax = 16'384;
// How long a flow may wait for its executable to be hashed and looked up, and at least waits for a
// name to come by (SNI, Host).
constexpr uint64_t kJudgePatienceNs = 2 * kNsPerSecond;
constexpr uint64_t kNamePatienceNs = 300 * kNsPerMs;

// How long an alert waits for the hash of its executable, and how many may; more do not wait.
constexpr uint64_t kDigestPatienceNs = 10 * kNsPerSecond;
constexpr size_t kUntoldMax = 1'000;

class AlertListener {
 public:
  virtual ~AlertListener() = default;
  virtual void alert_raised(const event::Alert& alert) = 0;
};

// What looks at a live machine.
struct Detectors {
  std::unique_ptr<detect::behavior::BehaviorSet> behaviors;
  std::unique_ptr<detect::intel::IndicatorEngine> indicators;  // null: no lists were given
  std::unique_ptr<detect::sigma::AlertEngine> sigma;           // null: no rules were given
};

// The detectors, live: every flow and process start of the pipeline becomes an activity once enough
// is known of it (and a record for the Sigma rules), and what they conclude is kept, told, and
// marked on the flows it concerns. One thread, the agent's.
class Suspicion final : public ChangeListener,
                        public view::SuspicionLookup,
                        public inspect::FirstWordsListener {
 public:
  Suspicion(Pipeline& pipeline, Detectors detectors, std::string host);
  ~Suspicion() override;

  void flow_changed(event::FlowEvent what, const flow::Flow& flow) override;
  void process_changed(const process::ProcessChange& change) override;
  // Judges what has waited long enough. A few times a second.
  void tick();
  // At the end: nothing more will be known of anything.
  void tell_what_waits();
  void drive_file_seen(event::RemovableFileSeen&& file);
  // An answer to a DNS question of this machine, as it came in.
  void dns_seen(const event::PayloadSeen& payload);
  void hello_seen(const event::PayloadSeen& payload,
                  const inspect::tls::ClientHello& hello) override;
  void request_seen(const event::PayloadSeen& payload,
                    const inspect::http::Request& request) override;

  const std::deque<event::Alert>& alerts() const { return alerts_; }
  uint64_t raised() const { return raised_; }
  void set_listener(AlertListener* listener) { listener_ = listener; }
  // Keeps what is judged and what is found. It outlives this; null: nobody does.
  void set_recorder(store::Recorder* recorder) { recorder_ = recorder; }
  // Alerts that people made exceptions for are not raised. It outlives this; null: there are none.
  void set_exceptions(exceptions::ExceptionSet* set) { exceptions_ = set; }
  void mark(event::FlowFacts& facts) const override;
  std::string_view of_process(const event::ProcessKey& key) const override;
  bool any() const override { return !marks_.empty(); }

 private:
  struct Unjudged {
    std::string flow;  // empty: a process
    event::ProcessKey owner;
    MonoTime since;
    bool finished = false;
  };
  struct Untold {
    event::Alert alert;
    MonoTime since;
  };
  struct Burst {
    uint64_t window = 0;
    unsigned count = 0;
  };
  struct Mark {
    IpAddress peer;  // unspecified: the process as such
    event::Severity severity = event::Severity::kInformational;
    std::string reason;
  };

  bool alike(const flow::Flow& flow, const event::ProcessKey& owner);
  void queue(Unjudged&& item);
  bool judge(const Unjudged& item, MonoTime now);
  // What is known of a process, put together once a tick; nothing of pid 0.
  const event::ProcessFacts& facts_of(const event::ProcessKey& key);
  void judge_start(const event::ProcessFacts& process);
  void judge_flow(const flow::Flow& flow, const event::ProcessFacts& owner, bool finished);
  // What was seen of `owner` now, to the detectors; `to_rules`: to Sigma rules as well.
  void tell(event::What&& what, const event::ProcessKey& owner, bool to_rules);
  std::string flow_id(uint64_t cookie) const;
  void observe(const event::Activity& activity);
  void collect();
  void keep(std::vector<event::Alert>&& alerts);
  void tell_alerts();
  void tell_alert(event::Alert&& alert);
  bool excepted(const event::Alert& alert) const;
  void remember_mark(const event::Alert& alert);

  Pipeline& pipeline_;
  Detectors detectors_;
  const std::string host_;
  event::LogRecord record_;
  std::unordered_map<event::ProcessKey, event::ProcessFacts> facts_of_tick_;
  AlertListener* listener_ = nullptr;
  store::Recorder* recorder_ = nullptr;
  exceptions::ExceptionSet* exceptions_ = nullptr;
  inspect::dns::ShownMessage dns_message_;
  std::deque<Unjudged> unjudged_;
  std::unordered_map<uint64_t, Burst> bursts_;
  std::deque<Untold> untold_;
  std::deque<event::Alert> alerts_;
  uint64_t raised_ = 0;
  std::unordered_map<event::ProcessKey, std::vector<Mark>> marks_;
  std::deque<event::ProcessKey> mark_order_;
};

}  // namespace picket::app::agent
