// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/native_record.h"

#include "base/clock.h"

namespace picket::detect::evidence {
namespace {

using Type = event::LogField::Type;

void add(event::LogRecord& record, std::string_view name, std::string_view value) {
  if (!value.empty()) record.add(name, record.keep(value));
}

void add_number(event::LogRecord& record, std::string_view name, uint64_t value) {
  record.add(name, record.keep(std::to_string(value)), Type::kNumber);
}

void add_truth(event::LogRecord& record, std::string_view name, bool value) {
  record.add(name, value ? "true" : "false", Type::kBoolean);
}

void begin(event::LogRecord& record, std::string_view category, WallTime time,
           const std::string& host) {
  record.clear();
  record.origin.product = "linux";
  record.origin.provider = "picket";
  record.origin.category = category;
  record.time = time;
  record.computer = record.keep(host);
  add(record, "UtcTime", rfc3339(time));
}

std::string guid(const event::ProcessKey& key) {
  return std::to_string(key.pid) + "@" + std::to_string(key.start_ns);
}

std::string words(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& word : arguments) line += (line.empty() ? "" : " ") + word;
  return line;
}

void add_process(event::LogRecord& record, const event::ProcessFacts& process) {
  add(record, "ProcessGuid", guid(process.key));
  add_number(record, "ProcessId", process.key.pid);
  add(record, "Image", process.executable);
  add(record, "CommandLine", words(process.arguments));
  add(record, "CurrentDirectory", process.working_directory);
  add(record, "User", process.user.empty() ? std::to_string(process.uid) : process.user);
}

void add_parent(event::LogRecord& record, const event::ProcessFacts& process,
                const event::ProcessFacts* parent) {
  if (parent != nullptr && parent->key.pid != 0) {
    add(record, "ParentProcessGuid", guid(parent->key));
    add_number(record, "ParentProcessId", parent->key.pid);
    add(record, "ParentImage", parent->executable);
    add(record, "ParentCommandLine", words(parent->arguments));
    add(record, "ParentUser", parent->user);
  } else if (!process.parents.empty()) {
    const event::ParentFacts& nearest = process.parents.front();
    add(record, "ParentProcessGuid", guid(nearest.key));
    add_number(record, "ParentProcessId", nearest.key.pid);
    add(record, "ParentImage", nearest.executable);
  }
}

void add_end(event::LogRecord& record, std::string_view address_name, std::string_view port_name,
             const Endpoint& end) {
  add(record, address_name, end.address.text());
  add_number(record, port_name, end.port);
}

}  // namespace

void process_record(const event::ProcessFacts& process, const event::ProcessFacts* parent,
                    const std::string& host, event::LogRecord& record) {
  begin(record, "process_creation", process.started, host);
  add_process(record, process);
  if (!process.sha256.empty()) add(record, "Hashes", "SHA256=" + process.sha256);
  add_number(record, "TerminalSessionId", process.session_id);
  add_parent(record, process, parent);
}

bool connection_record(const event::FlowFacts& flow, const event::ProcessFacts& owner,
                       const std::string& host, event::LogRecord& record) {
  if (flow.remote.address.is_unspecified() && flow.remote.port == 0) return false;
  begin(record, "network_connection", flow.opened, host);
  if (owner.key.pid != 0) {
    add_process(record, owner);
  } else {
    if (flow.owner.pid != 0) add_number(record, "ProcessId", flow.owner.pid);
    add(record, "Image", flow.executable.empty() ? flow.process : flow.executable);
    add(record, "User", flow.user);
  }
  add(record, "Protocol", text(flow.transport));
  const bool inbound = flow.role == event::Role::kServer;
  if (flow.role != event::Role::kUnknown) add_truth(record, "Initiated", !inbound);
  add_end(record, "SourceIp", "SourcePort", inbound ? flow.remote : flow.local);
  add_end(record, "DestinationIp", "DestinationPort", inbound ? flow.local : flow.remote);
  add(record, inbound ? "SourceHostname" : "DestinationHostname", flow.remote_name);
  return true;
}

}  // namespace picket::detect::evidence
