// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/own_evidence.h"

#include "detect/evidence/common_evidence.h"
#include "detect/evidence/field_pick.h"

namespace picket::detect::evidence {
namespace {

std::string_view text_of(const event::LogRecord& record, std::string_view name) {
  const event::LogField* field = record.find(name);
  return field ? field->value : std::string_view();
}
std::optional<bool> truth_of(const event::LogRecord& record, std::string_view name) {
  const event::LogField* field = record.find(name);
  return field ? truth(field->value) : std::nullopt;
}
template <typename T>
std::optional<T> number_of(const event::LogRecord& record, std::string_view name) {
  return number<T>(text_of(record, name));
}

void add_package(const event::LogRecord& record, event::Actor& actor) {
  const std::string_view match = text_of(record, "package.match");
  if (match.empty() || match == "unknown") return;
  actor.packaged = match != "unpackaged";
  actor.package = text_of(record, "package.name");
  if (match == "matches" || match == "differs") actor.package_differs = match == "differs";
}

void set_actor(const event::LogRecord& record, event::Actor& actor) {
  set_process(actor, text_of(record, "ProcessGuid"), text_of(record, "ProcessId"),
              text_of(record, "Image"));
  actor.user = text_of(record, "User");
  actor.command_line = text_of(record, "CommandLine");
  actor.working_directory = text_of(record, "CurrentDirectory");
  actor.sha256 = text_of(record, "sha256");
  add_package(record, actor);
  actor.deleted = truth_of(record, "executable_deleted");
  actor.memfd = truth_of(record, "executable_memfd");
  actor.parent_id = text_of(record, "ParentProcessGuid");
  actor.parent_pid = pid(text_of(record, "ParentProcessId"));
  actor.parent_path = text_of(record, "ParentImage");
  actor.terminal = text_of(record, "terminal");
  actor.unit = text_of(record, "unit");
  actor.container = text_of(record, "container");
  actor.session = number_of<int64_t>(record, "session");
  if (const auto written = number_of<int64_t>(record, "file.mtime_ns"))
    actor.file_written = WallTime{*written};
  actor.kernel =
      truth_of(record, "kernel_thread").value_or(false) || text_of(record, "owner") == "kernel";
}

event::ConnectionMade connection_of(const event::LogRecord& record, bool closed) {
  event::ConnectionMade made;
  made.id = text_of(record, "id");
  made.transport =
      event::parse_transport(text_of(record, "Protocol")).value_or(event::Transport::kOther);
  made.outbound = truth_of(record, "Initiated");
  const Endpoint source = endpoint(text_of(record, "SourceIp"), text_of(record, "SourcePort"));
  const Endpoint target =
      endpoint(text_of(record, "DestinationIp"), text_of(record, "DestinationPort"));
  const bool called = made.outbound == false;
  made.local = called ? target : source;
  made.remote = called ? source : target;
  made.remote_name = text_of(record, called ? "SourceHostname" : "DestinationHostname");
  made.finished = closed;
  made.bytes_in = number_of<uint64_t>(record, "bytes_in");
  made.bytes_out = number_of<uint64_t>(record, "bytes_out");
  made.packets_in = number_of<uint64_t>(record, "packets_in");
  made.packets_out = number_of<uint64_t>(record, "packets_out");
  if (closed && made.packets_in) made.answered = *made.packets_in > 0;
  if (const auto lasted = number_of<int64_t>(record, "duration_ns"))
    made.duration_s = static_cast<double>(*lasted) / 1e9;
  return made;
}

}  // namespace

bool is_own(const event::LogOrigin& origin) { return origin.provider == "picket"; }

bool own_activity(const event::LogRecord& record, event::Activity& out) {
  const std::string_view happened = text_of(record, "event");
  if (happened == "updated") return false;
  const bool flow = record.origin.channel == "flow";
  begin_activity(record, flow ? "picket flow" : "picket process", out);
  out.platform = event::Platform::kLinux;
  set_actor(record, out.actor);
  if (!flow) {
    if (happened == "exited")
      out.what = event::ProcessEnded{};
    else
      out.what = event::ProcessStarted{std::string(text_of(record, "invoked_as")),
                                       truth_of(record, "standard_streams_socket").value_or(false)};
  } else if (text_of(record, "direction") == "listening") {
    out.what = event::ListenerOpened{
        event::parse_transport(text_of(record, "Protocol")).value_or(event::Transport::kOther),
        endpoint(text_of(record, "SourceIp"), text_of(record, "SourcePort"))};
  } else {
    out.what = connection_of(record, happened == "closed");
  }
  return true;
}

}  // namespace picket::detect::evidence
