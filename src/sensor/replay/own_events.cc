// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/own_events.h"

#include "event/facts_json.h"

namespace picket::sensor::replay {
namespace {

std::string_view member_text(simdjson::dom::object object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

class Fields {
 public:
  explicit Fields(event::LogRecord& record) : record_(record) {}
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) record_.add(name, record_.keep(value));
  }
  template <typename Number>
  void number(std::string_view name, Number value) {
    record_.add(name, record_.keep(std::to_string(value)), event::LogField::Type::kNumber);
  }
  void truth(std::string_view name, bool value) {
    record_.add(name, value ? "true" : "false", event::LogField::Type::kBoolean);
  }
  void address(std::string_view ip, std::string_view port, const Endpoint& endpoint) {
    text(ip, endpoint.address.text());
    number(port, endpoint.port);
  }

 private:
  event::LogRecord& record_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

std::string identity(const event::ProcessKey& key) {
  return std::to_string(key.pid) + '@' + std::to_string(key.start_ns);
}

void begin(event::LogRecord& record, std::string_view channel, std::string_view category,
           WallTime time) {
  record.origin.product = "linux";
  record.origin.provider = "picket";
  record.origin.channel = channel;
  record.origin.category = category;
  record.time = time;
}

void add_process(const event::ProcessFacts& process, std::string_view happened,
                 event::LogRecord& record) {
  const bool exited = happened == "exited";
  begin(record, "process", exited ? "process_termination" : "process_creation",
        exited && process.exited ? *process.exited : process.started);
  Fields fields(record);
  fields.text("event", happened);
  fields.text("ProcessGuid", identity(process.key));
  fields.number("ProcessId", process.key.pid);
  fields.text("Image", process.executable);
  fields.text("CommandLine", joined(process.arguments));
  fields.text("CurrentDirectory", process.working_directory);
  fields.text("User", process.user.empty() ? std::to_string(process.uid) : process.user);
  fields.text("sha256", process.sha256);
  fields.text("terminal", process.terminal);
  fields.text("unit", process.unit);
  fields.text("container", process.container);
  fields.number("session", process.session_id);
  fields.text("package.name", process.package);
  fields.text("package.match", event::text(process.package_match));
  fields.truth("executable_deleted", process.executable_deleted);
  fields.truth("executable_memfd", process.executable_is_memfd);
  fields.truth("kernel_thread", process.kernel_thread);
  fields.truth("standard_streams_socket", process.standard_streams_socket);
  fields.text("invoked_as", process.invoked_as);
  if (process.file.known()) fields.number("file.mtime_ns", process.file.mtime_ns);
  if (process.parents.empty()) return;
  const event::ParentFacts& parent = process.parents.front();
  fields.text("ParentProcessGuid", identity(parent.key));
  fields.number("ParentProcessId", parent.key.pid);
  fields.text("ParentImage", parent.executable);
}

void add_flow(const event::FlowFacts& flow, std::string_view happened, event::LogRecord& record) {
  const bool remote = event::has_remote(flow), closed = happened == "closed";
  begin(record, "flow", remote ? "network_connection" : std::string_view(),
        closed && flow.closed ? *flow.closed : flow.opened);
  Fields fields(record);
  fields.text("event", happened);
  fields.text("id", flow.id);
  fields.text("Protocol", event::text(flow.transport));
  fields.text("direction", event::direction_text(flow.role));
  fields.text("owner", event::text(flow.owner_class));
  if (flow.owner.pid != 0) {
    fields.text("ProcessGuid", identity(flow.owner));
    fields.number("ProcessId", flow.owner.pid);
  }
  fields.text("Image", flow.executable.empty() ? flow.process : flow.executable);
  fields.text("User", flow.user);
  fields.truth("executable_deleted", flow.executable_deleted);
  fields.truth("executable_memfd", flow.executable_is_memfd);
  const bool called = flow.role == event::Role::kServer;  // the other side opened it
  fields.address(called ? "DestinationIp" : "SourceIp", called ? "DestinationPort" : "SourcePort",
                 flow.local);
  if (!remote) return;
  if (flow.role != event::Role::kUnknown) fields.truth("Initiated", !called);
  fields.address(called ? "SourceIp" : "DestinationIp", called ? "SourcePort" : "DestinationPort",
                 flow.remote);
  fields.text(called ? "SourceHostname" : "DestinationHostname", flow.remote_name);
  fields.text("name_source", event::text(flow.name_source));
  if (!flow.counters.known) return;
  fields.number("bytes_in", flow.counters.bytes_in);
  fields.number("bytes_out", flow.counters.bytes_out);
  fields.number("packets_in", flow.counters.packets_in);
  fields.number("packets_out", flow.counters.packets_out);
  if (closed && flow.closed) fields.number("duration_ns", flow.closed->ns - flow.opened.ns);
}

}  // namespace

bool is_own_event(simdjson::dom::object object) {
  const std::string_view type = member_text(object, "type");
  return (type == "flow" && !member_text(object, "attribution").empty()) ||
         (type == "process" && !member_text(object, "started").empty());
}

bool add_own_event(simdjson::dom::element line, event::LogRecord& record) {
  simdjson::dom::object object;
  if (line.get(object) != simdjson::SUCCESS) return false;
  const std::string_view happened = member_text(object, "event");
  if (member_text(object, "type") == "process") {
    const auto process = event::read_process_facts(line);
    if (process) add_process(*process, happened, record);
    return process.has_value();
  }
  const auto flow = event::read_flow_facts(line);
  if (flow) add_flow(*flow, happened, record);
  return flow.has_value();
}

}  // namespace picket::sensor::replay
