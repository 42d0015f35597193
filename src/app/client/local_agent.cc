// SPDX-License-Identifier: Apache-2.0
#include "app/client/local_agent.h"

#include <poll.h>
#include <sys/stat.h>

#include "app/agent/client_server.h"
#include "base/json_writer.h"
#include "view/filter.h"

namespace picket::app::client {
namespace {

constexpr size_t kRecordsPerTurn = 100'000;

class PrintChanges final : public agent::ChangeListener {
 public:
  PrintChanges(agent::Pipeline& pipeline, const view::Filter& filter,
               const std::function<bool(const std::string&)>& on_line)
      : pipeline_(pipeline), filter_(filter), on_line_(on_line) {}

  void flow_changed(event::FlowEvent what, const flow::Flow& flow) override {
    const flow::FlowTable& flows = pipeline_.flows();
    if (!filter_.matches(view::subject_of(flows, flow, filter_.wants_place()))) return;
    print(pipeline_.facts(flow), what);
  }
  void process_changed(const process::ProcessChange& change) override {
    if (!filter_.matches_all()) return;
    using What = process::ProcessChange::What;
    const auto what = change.what == What::kExited  ? event::ProcessEvent::kExited
                      : change.what == What::kFound ? event::ProcessEvent::kFound
                                                    : event::ProcessEvent::kStarted;
    print(pipeline_.processes().facts(change.process.key), what);
  }
  bool go_on() const { return go_on_; }

 private:
  template <typename Facts, typename What>
  void print(const Facts& facts, What what) {
    std::string line;
    JsonWriter json(line);
    event::append_json(json, facts, what);
    go_on_ = go_on_ && on_line_(line);
  }

  agent::Pipeline& pipeline_;
  const view::Filter& filter_;
  const std::function<bool(const std::string&)>& on_line_;
  bool go_on_ = true;
};

}  // namespace

Result<std::unique_ptr<LocalAgent>> LocalAgent::start(const std::vector<std::string>& geo) {
  std::unique_ptr<LocalAgent> local(new LocalAgent);
  if (!geo.empty()) {
    TRY_ASSIGN(detect::intel::GeoDatabase database, detect::intel::GeoDatabase::open(geo));
    local->state_.geo = database.describe();
    local->geo_.emplace(std::move(database));
  }
  TRY_ASSIGN(local->source_, sensor::fallback::FallbackSource::create());
  local->pipeline_.emplace(std::make_unique<process::DirectFileOpener>(agent::process_with_pid),
                           local->geo_ ? &*local->geo_ : nullptr, system_clock());
  struct stat own_space {};
  if (stat("/proc/self/ns/net", &own_space) == 0)
    local->pipeline_->namespaces().set_own(static_cast<uint32_t>(own_space.st_ino));
  local->live_.emplace(local->pipeline_->flows(), local->pipeline_->clock());
  local->state_.mode = local->source_->mode();
  local->state_.self_test.clear();  // nothing to test: no hooks
  local->state_.ready = true;
  local->state_.since = system_clock().wall();
  TRY(local->look());
  return local;
}

Result<void> LocalAgent::look() {
  const sensor::Deliver deliver = [this](event::Observation&& seen) {
    pipeline_->take(std::move(seen));
  };
  for (;;) {
    TRY_ASSIGN(const size_t records, source_->drain(deliver, kRecordsPerTurn));
    if (records < kRecordsPerTurn) break;
  }
  pipeline_->tick(nullptr);
  state_.mode_note = source_->mode_note();
  return {};
}

Result<Snapshot> LocalAgent::flows(const std::string& expression) {
  TRY_ASSIGN(const view::Filter filter, view::Filter::parse(expression));
  Snapshot snapshot;
  const flow::FlowTable& flows = pipeline_->flows();
  const bool with_closed = agent::asks_for_closed(expression);
  flows.visit([&](const flow::Flow& flow) {
    if (!flow.open() && !with_closed) return;
    if (filter.matches(view::subject_of(flows, flow, filter.wants_place())))
      snapshot.flows.push_back(pipeline_->facts(flow));
  });
  snapshot.status = agent::status_json(state_, *pipeline_);
  return snapshot;
}

Result<view::Frame> LocalAgent::frame(const view::FrameQuery& query) {
  TRY(look());
  return live_->frame(query, status());
}

view::Status LocalAgent::status() { return agent::make_status(state_, *pipeline_); }

Result<void> LocalAgent::follow(const std::string& expression,
                                const std::function<bool(const std::string&)>& on_line) {
  TRY_ASSIGN(const view::Filter filter, view::Filter::parse(expression));
  std::string first = agent::status_json(state_, *pipeline_);
  first.pop_back();
  if (!on_line(first)) return {};
  PrintChanges printer(*pipeline_, filter, on_line);
  pipeline_->flows().visit(
      [&](const flow::Flow& flow) { printer.flow_changed(event::FlowEvent::kFound, flow); });
  pipeline_->set_listener(&printer);
  while (printer.go_on()) {
    poll(nullptr, 0, std::max(source_->poll_interval_ms(), 1));
    TRY(look());
  }
  pipeline_->set_listener(nullptr);
  return {};
}

}  // namespace picket::app::client
