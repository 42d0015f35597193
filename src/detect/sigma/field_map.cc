// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/field_map.h"

#include <algorithm>
#include <array>

namespace picket::detect::sigma {
namespace {

using Translation = std::pair<std::string_view, std::string_view>;

// Windows message tables: what the Security log writes for a direction.
constexpr Translation kInitiatedByDirection[] = {
    {"%%14593", "true"}, {"Outbound", "true"}, {"%%14592", "false"}, {"Inbound", "false"}};
constexpr Translation kProtocolByNumber[] = {{"6", "tcp"}, {"17", "udp"}};
constexpr Translation kIntegrityByLabel[] = {{"S-1-16-0", "Untrusted"}, {"S-1-16-4096", "Low"},
                                             {"S-1-16-8192", "Medium"}, {"S-1-16-8448", "Medium"},
                                             {"S-1-16-12288", "High"},  {"S-1-16-16384", "System"}};

struct FieldRow {
  std::string_view product;  // of the rule's log source; empty: any
  std::string_view group;    // its category or service; empty: any
  std::string_view field;    // the rule's word
  std::string_view name;     // the record's
  std::span<const Translation> values = {};
};

const auto kFieldRows = std::to_array<FieldRow>({
    // Security 4688 and 4689. (No LogonId: SubjectLogonId is the creator's session, not the
    // process'.)
    {"windows", "process_creation", "Image", "NewProcessName"},
    {"windows", "process_creation", "ParentImage", "ParentProcessName"},
    {"windows", "process_creation", "ProcessId", "NewProcessId"},
    {"windows", "process_creation", "User", "SubjectUserName"},
    {"windows", "process_creation", "IntegrityLevel", "MandatoryLabel", kIntegrityByLabel},
    {"windows", "process_termination", "Image", "ProcessName"},
    // Security 5156
    {"windows", "network_connection", "Image", "Application"},
    {"windows", "network_connection", "ProcessId", "ProcessID"},
    {"windows", "network_connection", "SourceIp", "SourceAddress"},
    {"windows", "network_connection", "DestinationIp", "DestAddress"},
    {"windows", "network_connection", "DestinationPort", "DestPort"},
    {"windows", "network_connection", "Protocol", "Protocol", kProtocolByNumber},
    {"windows", "network_connection", "Initiated", "Direction", kInitiatedByDirection},
    // auditd, EXECVE. (proctitle is cut off by the kernel at 128 bytes.)
    {"linux", "process_creation", "Image", "exe"},
    {"linux", "process_creation", "CommandLine", "proctitle"},
    {"linux", "process_creation", "ProcessId", "pid"},
    {"linux", "process_creation", "ParentProcessId", "ppid"},
    {"linux", "process_creation", "CurrentDirectory", "cwd"},
    {"linux", "process_creation", "User", "UID"},
    // Defender 1116 and its like
    {"", "antivirus", "Signature", "ThreatName"},
    {"", "antivirus", "Filename", "Path"},
    // Zeek
    {"", "dns", "record_type", "qtype_name"},
    {"", "dns", "answer", "answers"},
    {"", "proxy", "c-uri", "uri"},
    {"", "proxy", "cs-uri", "uri"},
    {"", "proxy", "cs-host", "host"},
    {"", "proxy", "r-dns", "host"},
    {"", "proxy", "cs-method", "method"},
    {"", "proxy", "c-useragent", "user_agent"},
    {"", "proxy", "cs-referrer", "referrer"},
    {"", "proxy", "sc-status", "status_code"},
    {"", "proxy", "dst_ip", "id.resp_h"},
    {"", "webserver", "cs-uri-query", "uri"},
    {"", "webserver", "cs-uri-stem", "uri"},
    {"", "webserver", "cs-host", "host"},
    {"", "webserver", "cs-method", "method"},
    {"", "webserver", "cs-user-agent", "user_agent"},
    {"", "webserver", "cs-referer", "referrer"},
    {"", "webserver", "cs-username", "username"},
    {"", "webserver", "sc-status", "status_code"},
    {"", "firewall", "src_ip", "id.orig_h"},
    {"", "firewall", "src_port", "id.orig_p"},
    {"", "firewall", "dst_ip", "id.resp_h"},
    {"", "firewall", "dst_port", "id.resp_p"},
    // EVE
    {"", "dns", "query", "dns.rrname"},
    {"", "dns", "record_type", "dns.rrtype"},
    {"", "dns", "answer", "dns.answers.rdata"},
    {"", "proxy", "c-uri", "http.url"},
    {"", "proxy", "cs-uri", "http.url"},
    {"", "proxy", "cs-host", "http.hostname"},
    {"", "proxy", "r-dns", "http.hostname"},
    {"", "proxy", "cs-method", "http.http_method"},
    {"", "proxy", "c-useragent", "http.http_user_agent"},
    {"", "proxy", "cs-referrer", "http.http_refer"},
    {"", "proxy", "sc-status", "http.status"},
    {"", "proxy", "dst_ip", "dest_ip"},
    {"", "webserver", "cs-uri-query", "http.url"},
    {"", "webserver", "cs-uri-stem", "http.url"},
    {"", "webserver", "cs-host", "http.hostname"},
    {"", "webserver", "cs-method", "http.http_method"},
    {"", "webserver", "cs-user-agent", "http.http_user_agent"},
    {"", "webserver", "cs-referer", "http.http_refer"},
    {"", "webserver", "sc-status", "http.status"},
    {"", "firewall", "dst_ip", "dest_ip"},
    {"", "firewall", "dst_port", "dest_port"},
    // picket's own sensor
    {"", "firewall", "src_ip", "SourceIp"},
    {"", "firewall", "src_port", "SourcePort"},
    {"", "firewall", "dst_ip", "DestinationIp"},
    {"", "firewall", "dst_port", "DestinationPort"},
    // Exports that flatten the record's System part
    {"windows", "", "Provider_Name", "SourceName"},
    {"windows", "", "Provider_Name", "Provider"},
    {"windows", "", "Computer", "Hostname"},
    {"windows", "", "ComputerName", "Computer"},
    {"windows", "", "ComputerName", "Hostname"},
});

bool any_or_same(std::string_view wanted, std::string_view has) {
  return wanted.empty() || wanted == has;
}

}  // namespace

std::vector<FieldName> field_names(const LogSource& source, std::string_view field) {
  std::string buffer;
  std::vector<FieldName> names;
  names.push_back({std::string(without_spaces(field, buffer)), {}});
  for (const FieldRow& row : kFieldRows) {
    if (row.field != field || !any_or_same(row.product, source.product)) continue;
    if (!row.group.empty() && row.group != source.category && row.group != source.service) continue;
    if (row.name == row.field) {
      names.front().values = row.values;
    } else {
      names.push_back({std::string(row.name), row.values});
    }
  }
  return names;
}

std::string_view without_spaces(std::string_view name, std::string& buffer) {
  if (name.find(' ') == std::string_view::npos) return name;
  buffer.assign(name);
  std::erase(buffer, ' ');
  return buffer;
}

std::string_view translated(const FieldName& name, std::string_view value) {
  for (const auto& [from, to] : name.values) {
    if (value == from) return to;
  }
  return value;
}

std::optional<std::string_view> origin_value(const event::LogRecord& record, std::string_view field,
                                             std::string& buffer) {
  auto unless_empty = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  if (field == "EventID") {
    if (record.origin.event_id == 0) return std::nullopt;
    buffer = std::to_string(record.origin.event_id);
    return buffer;
  }
  if (field == "Channel") return unless_empty(record.origin.channel);
  if (field == "Provider_Name") return unless_empty(record.origin.provider);
  if (field == "Computer" || field == "ComputerName") return unless_empty(record.computer);
  return std::nullopt;
}

}  // namespace picket::detect::sigma
