// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/native_record.h"

#include <array>

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

// The channel is picket's own word, by which the table of log sources knows further categories.
constexpr event::LogOrigin kProcess{"linux", "process", "picket", 0, "process_creation"};
constexpr event::LogOrigin kConnection{"linux", "connection", "picket", 0, "network_connection"};
constexpr event::LogOrigin kLookup{"linux", "dns", "picket", 0, "dns_query"};
constexpr event::LogOrigin kRequest{"linux", "http", "picket", 0, "proxy"};
constexpr std::array kOrigins{kProcess, kConnection, kLookup, kRequest};

void begin(event::LogRecord& record, const event::LogOrigin& origin, WallTime time,
           const std::string& host) {
  record.clear();
  record.origin = origin;
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

// Sysmon's event 22 and the taxonomy's dns: the same facts under both names.
void add_lookup(event::LogRecord& record, const event::DnsLookup& lookup) {
  add(record, "QueryName", lookup.name);
  add(record, "query", lookup.name);
  add(record, "record_type", lookup.type);
  std::string results;
  for (const std::string& answer : lookup.answers) {
    add(record, "answer", answer);
    results += answer + ";";
  }
  add(record, "QueryResults", results);
  if (!lookup.resolver.address.is_unspecified())
    add_end(record, "dst_ip", "dst_port", lookup.resolver);
}

void add_request(event::LogRecord& record, const event::HttpExchange& request) {
  const bool absolute = request.uri.find("://") != request.uri.npos;
  const std::string url = absolute ? request.uri : "http://" + request.host + request.uri;
  add(record, "c-uri", url);
  add(record, "cs-uri", url);
  add(record, "cs-host", request.host);
  add(record, "r-dns", request.host);
  add(record, "cs-method", request.method);
  add_end(record, "dst_ip", "dst_port", request.remote);
}

}  // namespace

void process_record(const event::ProcessFacts& process, const event::ProcessFacts* parent,
                    const std::string& host, event::LogRecord& record) {
  begin(record, kProcess, process.started, host);
  add_process(record, process);
  if (!process.sha256.empty()) add(record, "Hashes", "SHA256=" + process.sha256);
  add_number(record, "TerminalSessionId", process.session_id);
  add_parent(record, process, parent);
}

bool connection_record(const event::FlowFacts& flow, const event::ProcessFacts& owner,
                       const std::string& host, event::LogRecord& record) {
  if (flow.remote.address.is_unspecified() && flow.remote.port == 0) return false;
  begin(record, kConnection, flow.opened, host);
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

bool wire_record(const event::Activity& activity, const event::ProcessFacts& owner,
                 event::LogRecord& record) {
  if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
    begin(record, kLookup, activity.time, activity.host);
    if (owner.key.pid != 0) add_process(record, owner);
    add_lookup(record, *lookup);
    return true;
  }
  if (const auto* request = std::get_if<event::HttpExchange>(&activity.what)) {
    begin(record, kRequest, activity.time, activity.host);
    if (owner.key.pid != 0) add_process(record, owner);
    add_request(record, *request);
    return true;
  }
  return false;
}

std::span<const event::LogOrigin> native_origins() { return kOrigins; }

}  // namespace picket::detect::evidence
