// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/record_subject.h"

#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <span>

#include "base/ascii.h"
#include "detect/behavior/words.h"

namespace picket::detect::sigma {
namespace {

using Names = std::initializer_list<std::string_view>;

bool says_nothing(std::string_view value) { return value.empty() || value == "-"; }

// The first of `names` that the record has a value for.
std::string_view first_of(const event::LogRecord& record, Names names) {
  for (const std::string_view name : names)
    if (const event::LogField* field = record.find(name); field && !says_nothing(field->value))
      return field->value;
  return {};
}

template <typename T>
std::optional<T> number_in(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

uint32_t pid_of(const event::LogRecord& record, Names names) {
  return number_in<uint32_t>(first_of(record, names)).value_or(0);
}

// "SHA1=...,MD5=...,SHA256=...,IMPHASH=..." of Sysmon.
void read_hashes(std::string_view list, event::Actor& actor) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const size_t equals = one.find('=');
    if (equals == one.npos) continue;
    const std::string_view kind = one.substr(0, equals);
    const std::string value = ascii_lowered(one.substr(equals + 1));
    if (kind == "SHA256") actor.sha256 = value;
    if (kind == "SHA1") actor.sha1 = value;
    if (kind == "MD5") actor.md5 = value;
    if (kind == "IMPHASH") actor.imphash = value;
  }
}

std::string user_of(const event::LogRecord& record) {
  const std::string_view user =
      first_of(record, {"User", "SourceUser", "SubjectUserName", "AccountName", "UID", "auid"});
  const std::string_view domain = first_of(record, {"SubjectDomainName", "DomainName"});
  if (user.empty() || domain.empty() || user.find('\\') != user.npos) return std::string(user);
  return std::string(domain) + "\\" + std::string(user);
}

void read_actor(const event::LogRecord& record, event::Actor& actor) {
  // 4688 tells of a new process: its ProcessId and ProcessName are the creator's.
  const bool created = record.find("NewProcessName") != nullptr;
  actor.path = created ? first_of(record, {"NewProcessName"})
                       : first_of(record, {"Image", "SourceImage", "Application", "ProcessName",
                                           "ProcessPath", "Process Name", "exe"});
  actor.name = behavior::base_name(actor.path);
  if (actor.name.empty()) actor.name = first_of(record, {"comm"});
  actor.pid = created ? pid_of(record, {"NewProcessId"})
                      : pid_of(record, {"ProcessId", "SourceProcessId", "ProcessID", "pid"});
  // Script logs say their process only in the frame of the record.
  if (actor.pid == 0 && record.origin.channel.find("PowerShell") != std::string_view::npos)
    actor.pid = pid_of(record, {"Execution_ProcessID", "ExecutionProcessID"});
  actor.id = first_of(record, {"ProcessGuid", "SourceProcessGUID", "SourceProcessGuid"});
  actor.command_line = first_of(record, {"CommandLine", "ProcessCommandLine", "proctitle"});
  actor.working_directory = first_of(record, {"CurrentDirectory", "cwd"});
  actor.user = user_of(record);
  actor.parent_path = first_of(record, {"ParentImage", "ParentProcessName"});
  actor.parent_id = first_of(record, {"ParentProcessGuid"});
  actor.parent_pid =
      created ? pid_of(record, {"ProcessId"}) : pid_of(record, {"ParentProcessId", "ppid"});
  actor.parent_command_line = first_of(record, {"ParentCommandLine"});
  // The file facts of other records are those of a file or module, not of the process.
  if (created || record.find("ParentImage") != nullptr) {
    read_hashes(first_of(record, {"Hashes"}), actor);
    actor.original_name = first_of(record, {"OriginalFileName"});
    actor.company = first_of(record, {"Company"});
    actor.product = first_of(record, {"Product"});
  }
}

Endpoint endpoint_of(const event::LogRecord& record, Names addresses, Names ports) {
  Endpoint endpoint;
  if (const auto address = IpAddress::parse(first_of(record, addresses)))
    endpoint.address = *address;
  endpoint.port = number_in<uint16_t>(first_of(record, ports)).value_or(0);
  return endpoint;
}

// Who opened it: true this host, false the other side.
std::optional<bool> outbound(const event::LogRecord& record) {
  const std::string_view said = first_of(record, {"Initiated", "Direction", "local_orig"});
  if (said == "true" || said == "%%14593" || said == "Outbound" || said == "T") return true;
  if (said == "false" || said == "%%14592" || said == "Inbound" || said == "F") return false;
  return std::nullopt;
}

event::Transport transport_of(const event::LogRecord& record) {
  const std::string protocol = ascii_lowered(first_of(record, {"Protocol", "proto"}));
  if (protocol == "udp" || protocol == "17") return event::Transport::kUdp;
  if (protocol == "icmp" || protocol == "1") return event::Transport::kIcmp;
  return event::Transport::kTcp;
}

void read_connection(const event::LogRecord& record, event::Alert& alert) {
  const Endpoint to = endpoint_of(
      record,
      {"DestinationIp", "DestAddress", "id.resp_h", "dest_ip", "DestinationAddress", "dst_ip",
       "saddr_address"},
      {"DestinationPort", "DestPort", "id.resp_p", "dest_port", "dst_port", "saddr_port"});
  if (to.address.is_unspecified()) return;
  const Endpoint from = endpoint_of(record, {"SourceIp", "SourceAddress", "id.orig_h", "src_ip"},
                                    {"SourcePort", "id.orig_p", "src_port"});
  event::ConnectionMade& made = alert.connection.emplace();
  made.transport = transport_of(record);
  made.outbound = outbound(record);
  made.id = first_of(record, {"uid", "flow_id"});
  // Sysmon and the filtering platform call the side that opened it the source.
  const bool inbound = made.outbound.has_value() && !*made.outbound;
  made.local = inbound ? to : from;
  made.remote = inbound ? from : to;
  made.remote_name = ascii_lowered(
      first_of(record, inbound ? Names{"SourceHostname"} : Names{"DestinationHostname"}));
  made.service = first_of(record, {"service", "app_proto"});
}

void read_names(const event::LogRecord& record, event::Alert& alert) {
  // Plain words such as `host` mean this in Zeek's logs only; elsewhere a collector's own name.
  const bool zeek = record.origin.product == "zeek";
  alert.domain =
      ascii_lowered(zeek ? first_of(record, {"query", "server_name", "host"})
                         : first_of(record, {"QueryName", "dns.rrname", "dns.queries.rrname",
                                             "tls.sni", "http.hostname"}));
  if (alert.domain.ends_with('.')) alert.domain.pop_back();
  const std::string_view uri = first_of(record, {zeek ? "uri" : "http.url"});
  if (!uri.empty())
    alert.url =
        uri.starts_with('/') ? "http://" + alert.domain + std::string(uri) : std::string(uri);
  alert.file = first_of(record, {"TargetFilename", "ImageLoaded", "ObjectName",
                                 "RelativeTargetName", "filename", "fileinfo.filename"});
}

event::Platform platform_of(std::string_view product) {
  if (product == "windows") return event::Platform::kWindows;
  if (product == "linux") return event::Platform::kLinux;
  if (product == "macos") return event::Platform::kMac;
  return event::Platform::kUnknown;
}

}  // namespace

std::string source_words(const event::LogOrigin& origin) {
  constexpr std::string_view kMicrosoft = "Microsoft-Windows-";
  std::string_view channel = origin.channel;
  if (channel.starts_with(kMicrosoft)) channel.remove_prefix(kMicrosoft.size());
  if (channel == "Linux-Sysmon/Operational") channel = "Sysmon";
  if (channel.ends_with("/Operational"))
    channel.remove_suffix(std::string_view("/Operational").size());
  std::string words;
  if (origin.product != "windows" && channel != "Sysmon") words = origin.product;
  if (!channel.empty()) words += (words.empty() ? "" : " ") + std::string(channel);
  if (origin.event_id != 0) words += " " + std::to_string(origin.event_id);
  return words;
}

void describe_subject(const event::LogRecord& record, event::Alert& alert) {
  alert.host = record.computer;
  alert.platform = platform_of(record.origin.product);
  read_actor(record, alert.actor);
  read_connection(record, alert);
  read_names(record, alert);
}

}  // namespace picket::detect::sigma
