// SPDX-License-Identifier: Apache-2.0
#include "app/agent/pipeline.h"

#include "base/counter.h"
#include "sensor/bpf/loader.h"
#include "sensor/procfs/process_reader.h"

namespace picket::app::agent {
namespace {

constexpr const char* kProc = "/proc";
constexpr size_t kCompletedPerTick = 256;
Counter arguments_unread{"agent.arguments_unread",
                         "running processes whose arguments were not read"};
Counter packet_sockets_max{"agent.packet_sockets_max",
                           "packet sockets whose end will not be noticed"};

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

std::string cgroup_mount() {
  const auto root = sensor::bpf::find_unified_cgroup_root();
  return root ? *root : std::string();
}

std::unique_ptr<process::ExecutableCatalog> catalog_with(
    std::unique_ptr<process::FileOpener> opener) {
  if (!opener) return nullptr;
  return std::make_unique<process::ExecutableCatalog>(std::move(opener),
                                                      std::make_unique<process::DpkgDatabase>());
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<process::FileOpener> opener, detect::intel::GeoDatabase* geo,
                   const Clock& clock)
    : clock_(clock),
      cgroups_(cgroup_mount()),
      executables_(catalog_with(std::move(opener))),
      processes_({&clock, &users_, &cgroups_, executables_.get()}, {},
                 [this](const process::ProcessChange& change) {
                   if (detector_) detector_->process_changed(change);
                   if (listener_) listener_->process_changed(change);
                 }),
      process_lookup_(processes_, users_, clock),
      geo_answers_(geo),
      flows_({&process_lookup_, &geo_answers_, &namespaces_}),
      names_([this](event::NameSeen&& name) { flows_.apply(name); }) {}

void Pipeline::set_listener(ChangeListener* listener) {
  listener_ = listener;
  update_flow_listener();
}

void Pipeline::set_detector(ChangeListener* detector) {
  detector_ = detector;
  update_flow_listener();
}

void Pipeline::update_flow_listener() {
  flows_.set_listener(listener_ || detector_ ? &follow_ : nullptr);
}

void Pipeline::take(event::Observation&& observation) {
  std::visit(Overloaded{
                 [&](event::SocketSeen& seen) { take_socket(std::move(seen)); },
                 [&](event::ProcessSeen& seen) { take_process(std::move(seen)); },
                 [&](event::ProcessForked& forked) {
                   processes_.apply(forked);
                   flows_.process_changed(forked.key);
                 },
                 [&](event::ProcessExited& exited) {
                   processes_.apply(exited);
                   close_packet_sockets_of(exited.key, exited.at);
                 },
                 [&](event::ProcessMoved& moved) {
                   processes_.apply(moved);
                   flows_.process_changed(moved.key);
                 },
                 [&](event::CgroupSeen& seen) { processes_.apply(seen); },
                 [&](event::PayloadSeen& seen) {
                   if (dns_listener_ && seen.kind == event::PayloadSeen::Kind::kDns)
                     dns_listener_(seen);
                   names_.read(seen);
                 },
                 [&](event::NameSeen& seen) { flows_.apply(seen); },
             },
             observation);
}

void Pipeline::take_process(event::ProcessSeen&& seen) {
  processes_.apply(seen);
  flows_.process_changed(seen.key);
  const bool found = seen.origin == event::ProcessSeen::Origin::kFound && !seen.kernel_thread;
  if (!found || !seen.arguments.empty()) return;
  if (incomplete_.size() < kIncompleteMax)
    incomplete_.push_back(std::move(seen));
  else
    arguments_unread.add();
}

// The kernel's list of running processes does not tell their arguments; they are read from /proc, a
// few at a time, and only believed if the same process still has the pid afterwards.
void Pipeline::complete_found() {
  for (size_t i = 0; i < kCompletedPerTick && !incomplete_.empty(); ++i) {
    event::ProcessSeen seen = std::move(incomplete_.front());
    incomplete_.pop_front();
    const process::Process* known = processes_.find(seen.key);
    if (!known || known->exited || !known->image || !known->image->arguments.view().empty())
      continue;
    auto line = sensor::procfs::read_command_line(kProc, seen.key.pid);
    const auto pulse = sensor::procfs::read_pulse(kProc, seen.key.pid);
    if (!line || !pulse || !event::same_process(pulse->key, seen.key)) continue;
    if (line->arguments.empty()) continue;
    seen.arguments = std::move(line->arguments);
    seen.arguments_truncated = line->truncated;
    processes_.apply(seen);
    flows_.process_changed(seen.key);
  }
}

void Pipeline::take_socket(event::SocketSeen&& seen) {
  using What = event::SocketSeen::What;
  // listen() without bind(): the kernel chooses the port only after it told of the listener.
  if (seen.state == event::FlowState::kListen && seen.local.port == 0) wants_search_ = true;
  flows_.apply(seen);
  if (seen.what == What::kClosed || seen.what == What::kSocketClosed) names_.forget(seen.cookie);
  if (seen.transport != event::Transport::kPacket) return;
  if (seen.what == What::kClosed || seen.what == What::kSocketClosed) {
    packet_sockets_.erase(seen.cookie);
  } else if (packet_sockets_.size() < kPacketSocketsMax || packet_sockets_.contains(seen.cookie)) {
    packet_sockets_[seen.cookie] = {std::move(seen), search_};
  } else {
    packet_sockets_max.add();
  }
}

void Pipeline::close_packet_sockets_of(const event::ProcessKey& owner, MonoTime at) {
  if (packet_sockets_.empty()) return;
  std::vector<event::SocketSeen> gone;
  for (const auto& [cookie, socket] : packet_sockets_)
    if (socket.seen.owner == owner && !socket.seen.shared) gone.push_back(socket.seen);
  for (event::SocketSeen& seen : gone) {
    seen.what = event::SocketSeen::What::kClosed;
    seen.state = event::FlowState::kClosed;
    seen.at = at;
    take_socket(std::move(seen));
  }
}

void Pipeline::begin_search() {
  ++search_;
  wants_search_ = false;
}

void Pipeline::end_search() {
  std::vector<event::SocketSeen> gone;
  for (const auto& [cookie, socket] : packet_sockets_)
    if (socket.search != search_) gone.push_back(socket.seen);
  for (event::SocketSeen& seen : gone) {
    seen.what = event::SocketSeen::What::kClosed;
    seen.state = event::FlowState::kClosed;
    seen.at = clock_.mono();
    take_socket(std::move(seen));
  }
}

void Pipeline::tick(const event::FlowCounterSource* counters) {
  const MonoTime now = clock_.mono();
  flows_.tick(now, counters);
  processes_.expire(now);
  complete_found();
  if (executables_) executables_->collect();
}

}  // namespace picket::app::agent
