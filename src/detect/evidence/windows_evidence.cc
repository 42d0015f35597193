// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/windows_evidence.h"

#include "detect/evidence/common_evidence.h"
#include "detect/evidence/field_pick.h"

namespace picket::detect::evidence {
namespace {

std::string account(std::string_view domain, std::string_view user) {
  if (user.empty()) return {};
  return domain.empty() ? std::string(user) : std::string(domain) + "\\" + std::string(user);
}

// Direction is a message number of the log's own resource, or that message rendered.
std::optional<bool> outbound(std::string_view direction) {
  if (direction == "%%14593" || same_name(direction, "Outbound")) return true;
  if (direction == "%%14592" || same_name(direction, "Inbound")) return false;
  return std::nullopt;
}

event::Transport transport(std::string_view protocol) {
  switch (number<uint32_t>(protocol).value_or(0)) {
    case 6: return event::Transport::kTcp;
    case 17: return event::Transport::kUdp;
    case 1:
    case 58: return event::Transport::kIcmp;
    default: return event::Transport::kOther;
  }
}

bool filtered_connection(const event::LogRecord& record, event::Activity& out, bool blocked) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "ProcessId",  "Application", "Direction", "SourceAddress",
      "SourcePort", "DestAddress", "DestPort",  "Protocol"};
  const auto value = pick(record, kNames);
  set_process(out.actor, {}, value[0], value[1]);
  event::ConnectionMade made;
  made.transport = transport(value[7]);
  made.outbound = outbound(value[2]);
  const Endpoint source = endpoint(value[3], value[4]), destination = endpoint(value[5], value[6]);
  const bool called = made.outbound == false;
  made.local = called ? destination : source;
  made.remote = called ? source : destination;
  made.blocked = blocked;
  if (made.remote.address.is_unspecified()) return false;
  out.what = std::move(made);
  return true;
}

bool listener(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "ProcessId", "Application", "SourceAddress", "SourcePort", "Protocol"};
  const auto value = pick(record, kNames);
  set_process(out.actor, {}, value[0], value[1]);
  out.what = event::ListenerOpened{transport(value[4]), endpoint(value[2], value[3])};
  return true;
}

bool process_started(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "NewProcessId",      "NewProcessName",  "CommandLine",      "ProcessId",
      "ParentProcessName", "SubjectUserName", "SubjectDomainName"};
  const auto value = pick(record, kNames);
  set_process(out.actor, {}, value[0], value[1]);
  out.actor.command_line = value[2];
  out.actor.parent_pid = pid(value[3]);
  out.actor.parent_path = value[4];
  out.actor.user = account(value[6], value[5]);
  out.what = event::ProcessStarted{};
  return !value[1].empty();
}

bool process_ended(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 2> kNames = {"ProcessId", "ProcessName"};
  const auto value = pick(record, kNames);
  set_process(out.actor, {}, value[0], value[1]);
  out.what = event::ProcessEnded{};
  return true;
}

bool logged_on(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {"TargetUserName", "TargetDomainName",
                                                             "LogonType", "IpAddress", "IpPort"};
  const auto value = pick(record, kNames);
  event::LoggedOn logon;
  logon.user = account(value[1], value[0]);
  switch (number<uint32_t>(value[2]).value_or(0)) {
    case 2:
    case 7:
    case 11: logon.method = "interactive"; break;
    case 3:
    case 8: logon.method = "network"; break;
    case 4: logon.method = "batch"; break;
    case 5: logon.method = "service"; break;
    case 9: logon.method = "new credentials"; break;
    case 10: logon.method = "remote"; break;
    default: return false;
  }
  logon.from = endpoint(value[3], value[4]);
  out.what = std::move(logon);
  return true;
}

bool share_used(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 2> kNames = {"ShareName", "IpAddress"};
  const auto value = pick(record, kNames);
  out.what = event::ShareConnected{std::string(value[0]), endpoint(value[1], {}).address};
  return !value[0].empty();
}

// 4663: an access to an object that is audited. Only of the process that keeps the secrets.
bool memory_opened(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "ProcessId",  "ProcessName", "SubjectUserName", "SubjectDomainName",
      "ObjectType", "ObjectName",  "AccessMask"};
  constexpr uint32_t kReadMemory = 0x10;  // PROCESS_VM_READ
  const auto value = pick(record, kNames);
  if (!same_name(value[4], "Process") ||
      (number<uint32_t>(value[6]).value_or(0) & kReadMemory) == 0)
    return false;
  event::MemoryOpened opened;
  set_process(opened.target, {}, {}, value[5]);
  if (!same_name(opened.target.name, "lsass.exe")) return false;
  set_process(out.actor, {}, value[0], value[1]);
  out.actor.user = account(value[3], value[2]);
  out.what = std::move(opened);
  return true;
}

// System 7045 calls the program ImagePath, Security 4697 ServiceFileName.
bool service_installed(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "ServiceName", "ImagePath", "ServiceFileName", "SubjectUserName", "SubjectDomainName"};
  const auto value = pick(record, kNames);
  event::ServiceInstalled installed{std::string(value[0]),
                                    std::string(value[1].empty() ? value[2] : value[1])};
  if (installed.command.empty()) return false;
  out.actor.user = account(value[4], value[3]);
  out.what = std::move(installed);
  return true;
}

}  // namespace

bool windows_activity(const event::LogRecord& record, event::Activity& out) {
  const uint32_t id = record.origin.event_id;
  if (record.origin.channel == "System" && id == 7045) {
    begin_activity(record, "System", out);
    return service_installed(record, out);
  }
  if (record.origin.channel != "Security") return false;
  switch (id) {
    case 4624: begin_activity(record, "Security", out); return logged_on(record, out);
    case 4663: begin_activity(record, "Security", out); return memory_opened(record, out);
    case 4697: begin_activity(record, "Security", out); return service_installed(record, out);
    case 4688: begin_activity(record, "Security", out); return process_started(record, out);
    case 4689: begin_activity(record, "Security", out); return process_ended(record, out);
    case 5140:
    case 5145: begin_activity(record, "Security", out); return share_used(record, out);
    case 5154: begin_activity(record, "Security", out); return listener(record, out);
    case 5156:
    case 5157:
      begin_activity(record, "Security", out);
      return filtered_connection(record, out, id == 5157);
    default: return false;
  }
}

}  // namespace picket::detect::evidence
