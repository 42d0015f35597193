// SPDX-License-Identifier: Apache-2.0
#include "app/agent/suspicion.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "app/exceptions/exception_set.h"
#include "base/counter.h"
#include "detect/evidence/dns_evidence.h"
#include "detect/evidence/native_evidence.h"
#include "detect/evidence/native_record.h"
#include "inspect/proto/tls/fingerprint.h"

namespace picket::app::agent {
namespace {

constexpr size_t kMarkedMax = 4'096;  // processes with a mark
constexpr size_t kMarksPerProcess = 16;

Counter unjudged{"agent.suspicion_unjudged", "flows and processes not judged: too many at once"};
Counter alike_skipped{"agent.suspicion_alike",
                      "connections not judged one by one: like many others of that moment"};
Counter alerts_unhashed{"agent.alerts_unhashed",
                        "alerts told before the hash of their executable was known"};
Counter alerts_forgotten{"agent.alerts_forgotten", "alerts no longer kept because of newer ones"};
Counter marks_forgotten{"agent.suspicion_marks_max",
                        "suspicious processes no longer marked because of newer ones"};

// The process of an Actor::id as native_evidence writes it: PID@START.
std::optional<event::ProcessKey> process_of(std::string_view id) {
  event::ProcessKey key;
  const char* const end = id.data() + id.size();
  const auto pid = std::from_chars(id.data(), end, key.pid);
  if (pid.ec != std::errc() || pid.ptr == end || *pid.ptr != '@') return std::nullopt;
  const auto start = std::from_chars(pid.ptr + 1, end, key.start_ns);
  if (start.ec != std::errc() || start.ptr != end) return std::nullopt;
  return key;
}

uint64_t burst_key(const flow::Flow& flow, const event::ProcessKey& owner) {
  const uint64_t peer = std::hash<Endpoint>()(flow.role == event::Role::kServer
                                                  ? Endpoint{flow.remote.address, flow.local.port}
                                                  : flow.remote);
  return peer * 0x9e3779b97f4a7c15ull ^ std::hash<event::ProcessKey>()(owner) ^
         static_cast<uint64_t>(flow.role);
}

}  // namespace

Suspicion::Suspicion(Pipeline& pipeline, Detectors detectors, std::string host)
    : pipeline_(pipeline), detectors_(std::move(detectors)), host_(std::move(host)) {
  pipeline_.set_detector(this);
  pipeline_.set_first_words_listener(this);
}

Suspicion::~Suspicion() {
  pipeline_.set_detector(nullptr);
  pipeline_.set_first_words_listener(nullptr);
}

void Suspicion::queue(Unjudged&& item) {
  if (unjudged_.size() < kUnjudgedMax)
    unjudged_.push_back(std::move(item));
  else
    unjudged.add();
}

// A thousand connections a second of one process to one peer differ in nothing that is judged here.
bool Suspicion::alike(const flow::Flow& flow, const event::ProcessKey& owner) {
  const uint64_t window = pipeline_.flows().now().ns / kBurstNs;
  if (bursts_.size() >= kBurstsMax)
    std::erase_if(bursts_, [&](const auto& entry) { return entry.second.window != window; });
  if (bursts_.size() >= kBurstsMax) return true;
  Burst& burst = bursts_[burst_key(flow, owner)];
  if (burst.window != window) burst = {window, 0};
  return ++burst.count > kBurstMax;
}

void Suspicion::flow_changed(event::FlowEvent what, const flow::Flow& flow) {
  using enum event::FlowEvent;
  if (what == kUpdated) return;
  const event::ProcessKey owner = pipeline_.flows().owners().at(flow.owner).key;
  const bool finished = what == kClosed;
  if (finished && flow.role == event::Role::kListener && !flow.has_remote()) return;
  if (flow.has_remote() && alike(flow, owner)) return alike_skipped.add();
  queue({flow::FlowTable::id(flow), owner, pipeline_.flows().now(), finished});
}

void Suspicion::process_changed(const process::ProcessChange& change) {
  using enum process::ProcessChange::What;
  if (change.what != kExecuted && change.what != kFound) return;
  queue({{}, change.process.key, change.at, false});
}

const event::ProcessFacts& Suspicion::facts_of(const event::ProcessKey& key) {
  const auto [entry, fresh] = facts_of_tick_.try_emplace(key);
  if (fresh && key.pid != 0) entry->second = pipeline_.processes().facts(key);
  return entry->second;
}

// False: not yet; more is about to be known.
bool Suspicion::judge(const Unjudged& item, MonoTime now) {
  const uint64_t waited = ns_between(item.since, now);
  const flow::Flow* flow = item.flow.empty() ? nullptr : pipeline_.flows().find(item.flow);
  if (!item.flow.empty() && !flow) return true;  // gone: its beginning was judged, or it was alike
  if (flow && flow->open() && waited < kNamePatienceNs) return false;
  const event::ProcessFacts& owner = facts_of(item.owner);
  if (waited < kJudgePatienceNs && owner.sha256_note == "pending") return false;
  if (flow)
    judge_flow(*flow, owner, item.finished);
  else
    judge_start(owner);
  return true;
}

void Suspicion::judge_start(const event::ProcessFacts& process) {
  const event::Activity activity = detect::evidence::process_started(process, host_);
  observe(activity);
  // Without its program nothing is known that a rule could name.
  if (!detectors_.sigma || process.executable.empty()) return;
  const event::ProcessFacts& parent =
      facts_of(process.parents.empty() ? event::ProcessKey{} : process.parents.front().key);
  detect::evidence::process_record(process, &parent, host_, record_);
  detectors_.sigma->observe(record_, activity);
}

void Suspicion::judge_flow(const flow::Flow& flow, const event::ProcessFacts& owner,
                           bool finished) {
  const event::FlowFacts facts = pipeline_.flows().facts(flow, pipeline_.clock());
  const event::Activity activity = detect::evidence::flow_activity(facts, owner, host_, finished);
  observe(activity);
  // Rules tell of connections as they are made.
  if (detectors_.sigma && !finished &&
      detect::evidence::connection_record(facts, owner, host_, record_))
    detectors_.sigma->observe(record_, activity);
}

void Suspicion::tick() {
  const MonoTime now = pipeline_.clock().mono();
  // Each is looked at once a tick; those that wait go to the end, in their order.
  for (size_t left = unjudged_.size(); left > 0; --left) {
    Unjudged item = std::move(unjudged_.front());
    unjudged_.pop_front();
    if (!judge(item, now)) unjudged_.push_back(std::move(item));
  }
  facts_of_tick_.clear();
  collect();
}

void Suspicion::tell(event::What&& what, const event::ProcessKey& owner, bool to_rules) {
  const event::ProcessFacts facts =
      owner.pid != 0 ? pipeline_.processes().facts(owner) : event::ProcessFacts{};
  event::Activity activity;
  activity.time = pipeline_.clock().wall();
  activity.host = host_;
  activity.platform = event::Platform::kLinux;
  activity.place.source = "sensor";
  activity.actor = detect::evidence::actor_of(facts);
  activity.what = std::move(what);
  observe(activity);
  if (detectors_.sigma && to_rules && detect::evidence::wire_record(activity, facts, record_))
    detectors_.sigma->observe(record_, activity);
}

std::string Suspicion::flow_id(uint64_t cookie) const {
  const flow::Flow* flow = pipeline_.flows().find_stream(cookie);
  return flow ? flow::FlowTable::id(*flow) : std::string();
}

void Suspicion::hello_seen(const event::PayloadSeen& payload,
                           const inspect::tls::ClientHello& hello) {
  event::TlsSession session;
  session.connection_id = flow_id(payload.cookie);
  session.local = payload.local;
  session.remote = payload.remote;
  session.server_name = hello.server_name;
  session.ja3 = inspect::tls::md5_hex(inspect::tls::ja3_string(hello));
  session.ja4 = inspect::tls::ja4(hello, 't');
  if (!hello.protocols.empty()) session.alpn = hello.protocols.front();
  tell(std::move(session), payload.owner, false);
}

void Suspicion::request_seen(const event::PayloadSeen& payload,
                             const inspect::http::Request& request) {
  event::HttpExchange exchange;
  exchange.connection_id = flow_id(payload.cookie);
  exchange.local = payload.local;
  exchange.remote = payload.remote;
  exchange.method = request.method;
  exchange.host = request.host;
  exchange.uri = request.target;
  exchange.through_proxy = request.to_proxy();
  // What others ask of a server here is not what a proxy would log.
  tell(std::move(exchange), payload.owner, payload.outbound);
}

void Suspicion::drive_file_seen(event::RemovableFileSeen&& file) {
  tell(std::move(file), {}, false);
}

void Suspicion::dns_seen(const event::PayloadSeen& payload) {
  // Sent by this machine: it is the resolver, and whoever asked is heard on his own machine.
  if (payload.outbound) return;
  const bool stream = payload.transport == event::Transport::kTcp;
  if (stream && payload.bytes.size() < 2) return;
  auto lookup =
      detect::evidence::dns_answer(stream ? payload.bytes.subspan(2) : payload.bytes, dns_message_);
  if (!lookup) return;
  lookup->local = payload.local;
  lookup->resolver = payload.remote;
  tell(std::move(*lookup), payload.owner, true);
}

void Suspicion::observe(const event::Activity& activity) {
  detectors_.behaviors->observe(activity);
  if (detectors_.indicators) detectors_.indicators->observe(activity);
  if (recorder_) recorder_->record(activity);
}

void Suspicion::collect() {
  keep(detectors_.behaviors->take_new());
  if (detectors_.indicators) keep(detectors_.indicators->take_new());
  if (detectors_.sigma) keep(detectors_.sigma->take_new());
  tell_alerts();
}

void Suspicion::keep(std::vector<event::Alert>&& alerts) {
  for (event::Alert& alert : alerts) {
    event::assign_id(alert);
    if (excepted(alert)) continue;
    remember_mark(alert);
    untold_.push_back({std::move(alert), pipeline_.clock().mono()});
  }
}

// An alert names the hash of its executable: what a program did at once may be known before that.
void Suspicion::tell_alerts() {
  const MonoTime now = pipeline_.clock().mono();
  for (size_t left = untold_.size(); left > 0; --left) {
    Untold waiting = std::move(untold_.front());
    untold_.pop_front();
    event::Actor& actor = waiting.alert.actor;
    const auto key = process_of(actor.id);
    if (key && actor.sha256.empty()) {
      const event::ProcessFacts facts = pipeline_.processes().facts(*key);
      actor.sha256 = facts.sha256;
      if (facts.sha256_note == "pending") {
        if (untold_.size() < kUntoldMax && ns_between(waiting.since, now) < kDigestPatienceNs) {
          untold_.push_back(std::move(waiting));
          continue;
        }
        alerts_unhashed.add();
      }
    }
    tell_alert(std::move(waiting.alert));
  }
}

bool Suspicion::excepted(const event::Alert& alert) const {
  return exceptions_ && exceptions_->hides(alert, pipeline_.clock().wall());
}

// An exception by hash holds only now: what was marked before stays marked.
void Suspicion::tell_alert(event::Alert&& alert) {
  if (excepted(alert)) return;
  ++raised_;
  if (listener_) listener_->alert_raised(alert);
  if (recorder_) recorder_->record(alert);
  alerts_.push_back(std::move(alert));
  if (alerts_.size() > kAlertsKept) {
    alerts_.pop_front();
    alerts_forgotten.add();
  }
}

void Suspicion::tell_what_waits() {
  collect();
  for (Untold& waiting : untold_) tell_alert(std::move(waiting.alert));
  untold_.clear();
}

void Suspicion::remember_mark(const event::Alert& alert) {
  const auto key = process_of(alert.actor.id);
  if (!key || alert.severity < event::Severity::kLow) return;
  std::vector<Mark>& marks = marks_[*key];
  if (marks.empty()) {
    mark_order_.push_back(*key);
    if (mark_order_.size() > kMarkedMax) {
      marks_.erase(mark_order_.front());
      mark_order_.pop_front();
      marks_forgotten.add();
    }
  }
  const IpAddress peer = alert.connection ? alert.connection->remote.address : IpAddress();
  Mark mark{peer, alert.severity, alert.reason};
  if (marks.size() < kMarksPerProcess)
    marks.push_back(std::move(mark));
  else if (auto least = std::ranges::min_element(marks, {}, &Mark::severity);
           least->severity < alert.severity)
    *least = std::move(mark);
}

void Suspicion::mark(event::FlowFacts& facts) const {
  const auto known = marks_.find(facts.owner);
  if (known == marks_.end()) return;
  const Mark* worst = nullptr;
  for (const Mark& mark : known->second)
    if (mark.peer.is_unspecified() || mark.peer == facts.remote.address)
      if (!worst || mark.severity > worst->severity) worst = &mark;
  if (!worst) return;
  facts.suspicion_severity = event::text(worst->severity);
  facts.suspicion = worst->reason;
}

std::string_view Suspicion::of_process(const event::ProcessKey& key) const {
  const auto known = marks_.find(key);
  if (known == marks_.end()) return {};
  return std::ranges::max_element(known->second, {}, &Mark::severity)->reason;
}

}  // namespace picket::app::agent
