// SPDX-License-Identifier: Apache-2.0
#include "app/agent/agent.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <optional>

#include "app/agent/client_server.h"
#include "app/agent/console_start.h"
#include "app/agent/drive_watch.h"
#include "app/agent/history.h"
#include "app/agent/pipeline.h"
#include "app/agent/program_reports.h"
#include "app/agent/rule_list.h"
#include "app/agent/sandbox.h"
#include "app/agent/self_check.h"
#include "app/agent/settings_file.h"
#include "app/agent/status.h"
#include "app/agent/suspicion.h"
#include "app/exceptions/exception_set.h"
#include "base/counter.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "detect/evidence/native_record.h"
#include "sensor/bpf/bpf_source.h"
#include "sensor/bpf/loader.h"
#include "sensor/fallback/fallback_source.h"

namespace picket::app::agent {
namespace {

constexpr size_t kRecordsPerTurn = 20'000;  // then readers get their turn
constexpr uint64_t kTickNs = 250 * kNsPerMs;
constexpr uint64_t kStatusNs = kNsPerSecond;
constexpr uint64_t kSearchNs = 10 * kNsPerSecond;
// A search of everything takes at most this share of a core, however much there is to search.
constexpr uint64_t kSearchShareInverse = 500;

Counter missed_runs{"sensor.bpf.missed_runs",
                    "hook runs the kernel skipped because one was under way"};
Counter found_late{"agent.found_late", "searches for sockets done beside the hooks"};

volatile sig_atomic_t stop_asked = 0;

class Agent {
 public:
  explicit Agent(const AgentOptions& options)
      : options_(options), clock_(system_clock()), warden_(UniqueFd(options.warden_fd)) {}
  Result<int> run();

 private:
  Result<void> prepare();
  Result<void> start_detection();
  Result<void> start_history();
  Result<std::unique_ptr<detect::sigma::AlertEngine>> load_sigma(
      std::vector<detect::behavior::AllowEntry> allow);
  Result<void> open_bpf();
  Result<void> open_fallback();
  Result<void> search(bool everything);
  Result<void> search_one(sensor::bpf::Iterator iterator, uint32_t network_namespace);
  void refresh_namespaces();
  Result<int> serve();
  void keep_house();
  void announce();

  const AgentOptions& options_;
  const Clock& clock_;
  WardenClient warden_;
  std::optional<detect::intel::GeoDatabase> geo_;
  std::optional<Pipeline> pipeline_;
  std::optional<Suspicion> suspicion_;
  std::optional<DriveWatch> drives_;
  std::optional<ProgramReports> programs_;
  std::unique_ptr<History> history_;
  std::optional<exceptions::ExceptionSet> exceptions_;
  std::vector<web::api::KnownRule> rules_;  // what it detects with
  std::unique_ptr<sensor::Source> source_;
  sensor::fallback::FallbackSource* fallback_ = nullptr;
  std::optional<ClientServer> server_;
  sensor::Deliver deliver_;
  AgentState state_;
  SelfCheck self_test_;
  bool whole_machine_ = true;
  MonoTime next_tick_, next_status_, next_search_, next_wanted_search_;
  std::unique_ptr<web::Console> console_;  // asks the above, so it goes first
};

Result<int> Agent::run() {
  TRY(prepare());
  return serve();
}

Result<void> Agent::prepare() {
  TRY_ASSIGN(WardenClient::Answer hello, warden_.ask(warden::Ask::kHello));
  warden::HelloAnswer answer;
  if (hello.bytes.size() != sizeof answer || hello.descriptors.size() != 1)
    return failure("the warden's greeting cannot be understood");
  std::memcpy(&answer, hello.bytes.data(), sizeof answer);
  answer.note[sizeof answer.note - 1] = 0;
  whole_machine_ = answer.whole_machine;
  if (!options_.geo.empty()) {
    TRY_ASSIGN(detect::intel::GeoDatabase geo, detect::intel::GeoDatabase::open(options_.geo));
    state_.geo = geo.describe();
    geo_.emplace(std::move(geo));
  }
  pipeline_.emplace(std::make_unique<ExecutableOpener>(warden_), geo_ ? &*geo_ : nullptr, clock_);
  deliver_ = [this](event::Observation&& observation) { pipeline_->take(std::move(observation)); };
  struct stat own_space {};
  if (stat("/proc/self/ns/net", &own_space) == 0)
    pipeline_->namespaces().set_own(static_cast<uint32_t>(own_space.st_ino));
  programs_.emplace(warden_, *pipeline_);
  if (options_.detect) TRY(start_detection());
  if (!options_.state.empty()) TRY(start_history());
  server_.emplace(std::move(hello.descriptors[0]), *pipeline_, state_,
                  suspicion_ ? &*suspicion_ : nullptr);
  if (answer.bpf)
    TRY(open_bpf());
  else
    TRY(open_fallback());
  state_.mode = source_->mode();
  state_.mode_note = answer.bpf ? std::string(answer.note) : source_->mode_note();
  if (!answer.bpf && *answer.note) state_.mode_note += " (" + std::string(answer.note) + ")";
  if (auto begun = self_test_.begin(clock_); !begun) state_.self_test = begun.error().message;
  ConsoleWanted wanted{options_.console, history_ ? options_.state : "", std::move(rules_),
                       exceptions_ ? &*exceptions_ : nullptr};
  TRY_ASSIGN(console_, start_console(std::move(wanted), *server_));
  TRY_ASSIGN(const Sandbox sandbox, enter_sandbox(history_ != nullptr, console_ != nullptr));
  state_.sandbox_note = sandbox.note;
  return {};
}

Result<void> Agent::start_detection() {
  detect::behavior::BehaviorSettings settings;
  if (!options_.detection.empty()) {
    TRY_ASSIGN(const std::string text, read_settings_file(options_.detection));
    TRY_ASSIGN(settings, detect::behavior::BehaviorSettings::parse(text, options_.detection));
  }
  TRY_ASSIGN(auto behaviors, detect::behavior::BehaviorSet::create(settings));
  char host[HOST_NAME_MAX + 1] = {};
  gethostname(host, sizeof host - 1);
  std::unique_ptr<detect::intel::IndicatorEngine> indicators;
  if (!options_.indicators.empty()) {
    TRY_ASSIGN(indicators,
               detect::intel::IndicatorEngine::create(options_.indicators, settings.allow));
    for (const detect::intel::ListReport& list : indicators->reports())
      if (list.problems > 0)
        std::fprintf(stderr, "picket: %s: %llu entries not understood, the first at %s: %s\n",
                     printable(list.source).c_str(), static_cast<unsigned long long>(list.problems),
                     printable(list.listed.front().place).c_str(),
                     printable(list.listed.front().what).c_str());
  }
  add_behaviors(rules_);
  if (indicators) add_lists(indicators->reports(), rules_);
  Detectors detectors{std::move(behaviors), std::move(indicators), nullptr};
  if (!options_.sigma.empty()) {
    TRY_ASSIGN(detectors.sigma, load_sigma(std::move(settings.allow)));
  }
  suspicion_.emplace(*pipeline_, std::move(detectors), host);
  drives_.emplace([this](const sensor::drives::Drive& drive) -> Result<UniqueFd> {
    if (drive.kind != sensor::drives::DriveKind::kNetwork)
      return warden_.ask_for_descriptor(warden::Ask::kOpenDrive, drive.mount_id);
    UniqueFd root(open(drive.mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root) return system_failure("open " + drive.mount_point);
    return root;
  });
  pipeline_->set_dns_listener(
      [this](const event::PayloadSeen& payload) { suspicion_->dns_seen(payload); });
  pipeline_->set_flow_marker([this](event::FlowFacts& facts) { suspicion_->mark(facts); });
  return {};
}

// History is worth having, watching is worth more: unless it was asked for, going without is said
// and no error.
Result<void> Agent::start_history() {
  const HistorySettings settings{options_.state, options_.keep_days, options_.keep_mb};
  auto history = History::start(settings);
  if (!history && options_.state_wanted) return std::unexpected(history.error());
  if (!history) {
    state_.history_note = "no history is kept: " + history.error().message;
    std::fprintf(stderr, "picket: %s\n", printable(state_.history_note).c_str());
    return {};
  }
  history_ = std::move(*history);
  state_.history = &history_->recorder();
  for (const std::string& note : history_->recorder().status().notes)
    std::fprintf(stderr, "picket: history: %s; a new file was begun\n", printable(note).c_str());
  exceptions_.emplace(options_.state);
  TRY(exceptions_->load());
  if (suspicion_) suspicion_->set_recorder(&history_->recorder());
  if (suspicion_) suspicion_->set_exceptions(&*exceptions_);
  return {};
}

Result<std::unique_ptr<detect::sigma::AlertEngine>> Agent::load_sigma(
    std::vector<detect::behavior::AllowEntry> allow) {
  TRY_ASSIGN(auto rules, detect::sigma::load_rules(options_.sigma, options_.sigma_placeholders));
  add_rules(rules, rules_);
  TRY_ASSIGN(auto engine, detect::sigma::AlertEngine::create(std::move(rules), std::move(allow)));
  const detect::sigma::LoadReport& report = engine->report();
  if (!report.errors.empty()) std::fprintf(stderr, "picket: %s", report.text().c_str());
  state_.sigma = std::to_string(report.loaded()) + " of " + std::to_string(report.found()) +
                 " documents loaded; " +
                 std::to_string(engine->rules_for(detect::evidence::native_origins())) +
                 " rules are for what this sensor tells";
  return engine;
}

Result<void> Agent::open_bpf() {
  TRY_ASSIGN(WardenClient::Answer sensor, warden_.ask(warden::Ask::kSensor));
  if (sensor.descriptors.size() != 4) return failure("the warden did not hand over the sensor");
  auto& maps = sensor.descriptors;
  TRY_ASSIGN(source_, sensor::bpf::BpfSource::open({std::move(maps[0]), std::move(maps[1]),
                                                    std::move(maps[2]), std::move(maps[3])},
                                                   clock_));
  const MonoTime begun = clock_.mono();
  TRY(search_one(sensor::bpf::Iterator::kTasks, 0));
  TRY(search(true));
  state_.bootstrap_us = ns_between(begun, clock_.mono()) / 1000;
  state_.found_processes = pipeline_->processes().running();
  state_.found_sockets = pipeline_->flows().size();
  next_search_ = MonoTime{clock_.mono().ns + kSearchNs};
  return {};
}

// The fallback lists sockets of the own namespace by itself; the warden opens the way into others
// and knows who holds what.
Result<void> Agent::open_fallback() {
  sensor::fallback::FallbackOptions options;
  options.collect_owners = [this] {
    sensor::fallback::SocketOwners owners;
    auto reply = warden_.ask(warden::Ask::kSocketOwners);
    warden::OwnersAnswer answer;
    if (!reply || reply->bytes.size() != sizeof answer || reply->descriptors.size() != 1)
      return owners;
    std::memcpy(&answer, reply->bytes.data(), sizeof answer);
    const size_t count = std::min<size_t>(answer.holders, sensor::fallback::kSocketHoldersMax);
    owners.holders.resize(count);
    const size_t bytes = count * sizeof owners.holders[0];
    const ssize_t got = pread(reply->descriptors[0].get(), owners.holders.data(), bytes, 0);
    if (got < 0 || static_cast<size_t>(got) != bytes) owners.holders.clear();
    owners.processes = answer.processes;
    owners.complete = answer.complete;
    return owners;
  };
  TRY_ASSIGN(auto source, sensor::fallback::FallbackSource::create(std::move(options)));
  fallback_ = source.get();
  source_ = std::move(source);
  refresh_namespaces();
  return {};
}

Result<void> Agent::search_one(sensor::bpf::Iterator iterator, uint32_t network_namespace) {
  TRY_ASSIGN(const UniqueFd found,
             warden_.ask_for_descriptor(warden::Ask::kIterate, static_cast<uint64_t>(iterator),
                                        network_namespace));
  TRY(sensor::bpf::BpfSource::read_existing(found.get(), deliver_));
  return {};
}

// What processes hold; `everything`: also what nobody holds, namespace by namespace.
Result<void> Agent::search(bool everything) {
  pipeline_->begin_search();
  TRY(search_one(sensor::bpf::Iterator::kSockets, 0));
  pipeline_->end_search();
  if (!everything || !whole_machine_) return {};
  refresh_namespaces();
  TRY_ASSIGN(const auto spaces, warden_.namespaces());
  for (const warden::NamespaceAnswer& space : spaces) {
    // A namespace may be gone by now; that is no error.
    (void)search_one(sensor::bpf::Iterator::kTcp, space.inode);
    (void)search_one(sensor::bpf::Iterator::kUdp, space.inode);
  }
  return {};
}

void Agent::refresh_namespaces() {
  const auto spaces = warden_.namespaces();
  if (!spaces) return;
  pipeline_->namespaces().refresh(*spaces, pipeline_->processes());
  if (!fallback_) return;
  for (const warden::NamespaceAnswer& space : *spaces) {
    auto socket = warden_.ask_for_descriptor(warden::Ask::kDiagSocket, 0, space.inode);
    const std::string tables =
        space.pid ? "/proc/" + std::to_string(space.pid) + "/net" : std::string();
    if (socket) fallback_->add_namespace(std::move(*socket), space.inode, tables);
  }
}

void Agent::announce() {
  if (!options_.announce) return;
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("type", "ready").member("mode", state_.mode);
  json.member("self_test", state_.self_test).member("pid", getpid());
  json.member("bootstrap_ms", static_cast<double>(state_.bootstrap_us) / 1000);
  json.member("processes", state_.found_processes).member("sockets", state_.found_sockets);
  // A journal is read by more people than root.
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  if (console_) json.member("console", console_->url());
  if (const auto link = console_ && !journal ? console_->sign_in_link() : failure(""))
    json.member("sign_in", *link);
  json.end_object();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void Agent::keep_house() {
  const MonoTime now = clock_.mono();
  if (now >= next_tick_) {
    next_tick_ = MonoTime{now.ns + kTickNs};
    pipeline_->tick(source_->counters());
    if (drives_)
      for (event::RemovableFileSeen& file : drives_->tick(now))
        suspicion_->drive_file_seen(std::move(file));
    if (suspicion_) suspicion_->tick();
    programs_->tick(now);
    if (state_.self_test == "pending")
      state_.self_test = self_test_.verdict(*pipeline_, fallback_ != nullptr);
    if (!state_.ready && state_.self_test != "pending") {
      state_.ready = true;
      state_.since = clock_.wall();
      announce();
    }
  }
  if (now >= next_status_) {
    next_status_ = MonoTime{now.ns + kStatusNs};
    server_->tell_status();
  }
  const bool wanted = pipeline_->wants_search() && now >= next_wanted_search_;
  if ((now >= next_search_ || wanted) && state_.ready) {
    if (fallback_) {
      refresh_namespaces();
    } else {
      (void)search(false);
      found_late.add();
      if (const auto missed = warden_.ask_for<uint64_t>(warden::Ask::kMissedRuns))
        missed_runs.set(*missed);
    }
    const uint64_t cost = ns_between(now, clock_.mono());
    next_search_ = MonoTime{now.ns + std::max(kSearchNs, cost * kSearchShareInverse)};
    next_wanted_search_ = MonoTime{now.ns + std::max(kNsPerSecond, cost * kSearchShareInverse)};
  }
}

Result<int> Agent::serve() {
  std::vector<pollfd> waits;
  while (!stop_asked) {
    TRY_ASSIGN(const size_t records, source_->drain(deliver_, kRecordsPerTurn));
    keep_house();
    const uint64_t now = clock_.mono().ns;
    const int until_tick =
        next_tick_.ns > now ? static_cast<int>((next_tick_.ns - now) / kNsPerMs) + 1 : 0;
    const int timeout =
        records >= kRecordsPerTurn ? 0 : std::min(source_->poll_interval_ms(), until_tick);
    waits.clear();
    // For its end only: answers are read by whoever asked.
    waits.push_back({warden_.descriptor(), 0, 0});
    server_->add_waits(waits);
    if (poll(waits.data(), waits.size(), timeout) < 0 && errno != EINTR)
      return system_failure("wait for readers");
    if (waits[0].revents) break;  // the warden is gone
    server_->serve(waits, 1);
  }
  if (suspicion_) suspicion_->tell_what_waits();
  return 0;
}

}  // namespace

Result<int> run_agent(const AgentOptions& options) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked = 1; };
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaction(number, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return Agent(options).run();
}

}  // namespace picket::app::agent
