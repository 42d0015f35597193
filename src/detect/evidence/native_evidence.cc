// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/native_evidence.h"

namespace picket::detect::evidence {
namespace {

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// As one line, words with blanks in quotes: as other systems log a command line.
std::string command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& word : arguments) {
    if (!line.empty()) line += ' ';
    const bool quote = word.empty() || word.find_first_of(" \t\n") != std::string::npos;
    line += quote ? '"' + word + '"' : word;
  }
  return line;
}

std::string identity(const event::ProcessKey& key) {
  return std::to_string(key.pid) + "@" + std::to_string(key.start_ns);
}

void add_package(const event::ProcessFacts& process, event::Actor& actor) {
  using enum event::PackageMatch;
  if (process.package_match == kUnknown) return;
  actor.packaged = process.package_match != kUnpackaged;
  actor.package = process.package;
  if (process.package_match == kMatches || process.package_match == kDiffers)
    actor.package_differs = process.package_match == kDiffers;
}

event::Activity activity(const std::string& host, WallTime time, event::Actor&& actor) {
  event::Activity made;
  made.time = time;
  made.host = host;
  made.platform = event::Platform::kLinux;
  made.actor = std::move(actor);
  made.place.source = "sensor";
  return made;
}

std::optional<bool> opened_by_us(event::Role role) {
  if (role == event::Role::kClient) return true;
  if (role == event::Role::kServer) return false;
  return std::nullopt;
}

bool was_answered(const event::FlowFacts& flow) { return flow.counters.packets_in > 0; }

event::ConnectionMade connection_of(const event::FlowFacts& flow, bool finished) {
  event::ConnectionMade made;
  made.id = flow.id;
  made.transport = flow.transport;
  made.outbound = opened_by_us(flow.role);
  made.local = flow.local;
  made.remote = flow.remote;
  made.remote_name = flow.remote_name;
  made.name_source = flow.name_source;
  made.finished = finished;
  if (finished && flow.closed)
    made.duration_s = static_cast<double>(flow.closed->ns - flow.opened.ns) / 1e9;
  if (finished && flow.counters.known) {
    made.answered = was_answered(flow);
    made.bytes_out = flow.counters.bytes_out;
    made.bytes_in = flow.counters.bytes_in;
    made.packets_out = flow.counters.packets_out;
    made.packets_in = flow.counters.packets_in;
  }
  return made;
}

}  // namespace

event::Actor actor_of(const event::ProcessFacts& process) {
  event::Actor actor;
  if (process.key.pid == 0) return actor;
  actor.id = identity(process.key);
  actor.pid = process.key.pid;
  actor.path = process.executable_is_memfd ? std::string() : process.executable;
  actor.name = process.executable.empty() ? process.name : base_name(process.executable);
  actor.command_line = command_line(process.arguments);
  actor.working_directory = process.working_directory;
  actor.user = process.user.empty() ? std::to_string(process.uid) : process.user;
  actor.sha256 = process.sha256;
  add_package(process, actor);
  actor.deleted = process.executable_deleted;
  actor.memfd = process.executable_is_memfd;
  if (!process.parents.empty()) {
    const event::ParentFacts& parent = process.parents.front();
    actor.parent_id = identity(parent.key);
    actor.parent_pid = parent.key.pid;
    actor.parent_path = parent.executable;
  }
  actor.terminal = process.terminal;
  actor.unit = process.unit;
  actor.container = process.container;
  actor.session = process.session_id;
  actor.started = process.started;
  if (process.file.known()) actor.file_written = WallTime{process.file.mtime_ns};
  actor.kernel = process.kernel_thread;
  return actor;
}

event::Activity process_started(const event::ProcessFacts& process, const std::string& host) {
  event::Activity made = activity(host, process.started, actor_of(process));
  made.what = event::ProcessStarted{process.invoked_as, process.standard_streams_socket};
  return made;
}

event::Activity flow_activity(const event::FlowFacts& flow, const event::ProcessFacts& owner,
                              const std::string& host, bool finished) {
  event::Actor actor = actor_of(owner);
  actor.kernel |= flow.owner_class == event::OwnerClass::kKernel;
  if (actor.name.empty()) actor.name = flow.process;
  if (actor.path.empty() && !flow.executable_is_memfd) actor.path = flow.executable;
  event::Activity made =
      activity(host, finished && flow.closed ? *flow.closed : flow.opened, std::move(actor));
  if (event::has_remote(flow))
    made.what = connection_of(flow, finished);
  else
    made.what = event::ListenerOpened{flow.transport, flow.local};
  return made;
}

}  // namespace picket::detect::evidence
