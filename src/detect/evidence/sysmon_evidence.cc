// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/sysmon_evidence.h"

#include <algorithm>

#include "base/ascii.h"
#include "detect/evidence/common_evidence.h"
#include "detect/evidence/field_pick.h"

namespace picket::detect::evidence {
namespace {

constexpr uint32_t kReadMemory = 0x10;  // PROCESS_VM_READ
constexpr std::string_view kSecretsKeeper = "lsass.exe";
constexpr std::string_view kAutorunMark = "\\MountPoints2\\";

void set_hashes(event::Actor& actor, std::string_view text) {
  FileHashes hashes = file_hashes(text);
  actor.sha256 = std::move(hashes.sha256);
  actor.sha1 = std::move(hashes.sha1);
  actor.md5 = std::move(hashes.md5);
  actor.imphash = std::move(hashes.imphash);
}

bool process_started(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "ProcessGuid",      "ProcessId",         "Image",
      "CommandLine",      "CurrentDirectory",  "User",
      "Hashes",           "Company",           "Product",
      "OriginalFileName", "ParentProcessGuid", "ParentProcessId",
      "ParentImage",      "ParentCommandLine", "TerminalSessionId"};
  const auto value = pick(record, kNames);
  event::Actor& actor = out.actor;
  set_process(actor, value[0], value[1], value[2]);
  actor.command_line = value[3];
  actor.working_directory = value[4];
  actor.user = value[5];
  set_hashes(actor, value[6]);
  actor.company = value[7] == "?" ? std::string_view() : value[7];
  actor.product = value[8] == "?" ? std::string_view() : value[8];
  actor.original_name = value[9] == "?" ? std::string_view() : value[9];
  actor.parent_id = value[10];
  actor.parent_pid = pid(value[11]);
  actor.parent_path = value[12];
  actor.parent_command_line = value[13];
  actor.session = number<int64_t>(value[14]);
  out.what = event::ProcessStarted{};
  return !actor.path.empty();
}

// Which side was called, of a connection that this process did not open. Sysmon has written the own
// side first or second, by version and transport; services have the lower port nearly always.
bool destination_was_called(const Endpoint& source, const Endpoint& destination) {
  const IpAddress& address = destination.address;
  if (address.is_multicast() || address.is_broadcast()) return false;
  return destination.port <= source.port;
}

bool connection(const event::LogRecord& record, event::Activity& out) {
  // Not the host names: Sysmon asks the resolver backwards for them, nobody looked them up.
  static constexpr std::array<std::string_view, 10> kNames = {
      "ProcessGuid", "ProcessId", "Image",      "User",          "Protocol",
      "Initiated",   "SourceIp",  "SourcePort", "DestinationIp", "DestinationPort"};
  const auto value = pick(record, kNames);
  set_process(out.actor, value[0], value[1], value[2]);
  out.actor.user = value[3];
  event::ConnectionMade made;
  made.transport = value[4] == "udp" ? event::Transport::kUdp : event::Transport::kTcp;
  made.outbound = truth(value[5]);
  const Endpoint source = endpoint(value[6], value[7]), destination = endpoint(value[8], value[9]);
  const bool called = made.outbound == false && destination_was_called(source, destination);
  made.local = called ? destination : source;
  made.remote = called ? source : destination;
  if (made.remote.address.is_unspecified()) return false;
  out.what = std::move(made);
  return true;
}

bool thread_injected(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "SourceProcessGuid", "SourceProcessId", "SourceImage",
      "TargetProcessGuid", "TargetProcessId", "TargetImage"};
  const auto value = pick(record, kNames);
  set_process(out.actor, value[0], value[1], value[2]);
  event::ThreadInjected injected;
  set_process(injected.target, value[3], value[4], value[5]);
  out.what = std::move(injected);
  return true;
}

bool file_written(const event::LogRecord& record, event::Activity& out, bool executable) {
  static constexpr std::array<std::string_view, 4> kNames = {"ProcessGuid", "ProcessId", "Image",
                                                             "TargetFilename"};
  const auto value = pick(record, kNames);
  set_process(out.actor, value[0], value[1], value[2]);
  event::FileWritten written;
  written.path = value[3];
  if (executable) written.executable = true;
  out.what = std::move(written);
  return !value[3].empty();
}

bool module_loaded(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "ProcessGuid", "ProcessId", "Image", "ImageLoaded", "Signed", "SignatureStatus"};
  const auto value = pick(record, kNames);
  if (truth(value[4]) != false) return false;  // most are signed
  set_process(out.actor, value[0], value[1], value[2]);
  out.what = event::ModuleLoaded{std::string(value[3]), false};
  return true;
}

// A driver acts as a part of the kernel: it is the actor, so that its hashes are looked up.
bool driver_loaded(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {"ImageLoaded", "Hashes", "Signed",
                                                             "Signature", "SignatureStatus"};
  const auto value = pick(record, kNames);
  if (value[0].empty()) return false;
  set_process(out.actor, {}, {}, value[0]);
  out.actor.kernel = true;
  set_hashes(out.actor, value[1]);
  const std::optional<bool> is_signed = truth(value[2]);
  if (is_signed) out.actor.signature_valid = *is_signed && same_name(value[4], "Valid");
  out.actor.signer = value[3];
  out.what = event::ModuleLoaded{std::string(value[0]), out.actor.signature_valid};
  return true;
}

// Opened with the right to read its memory; everything else that opens a process is ordinary.
bool memory_opened(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "SourceProcessGUID", "SourceProcessId", "SourceImage", "TargetProcessGUID",
      "TargetProcessId",   "TargetImage",     "SourceUser",  "GrantedAccess"};
  const auto value = pick(record, kNames);
  if ((number<uint32_t>(value[7]).value_or(0) & kReadMemory) == 0) return false;
  set_process(out.actor, value[0], value[1], value[2]);
  out.actor.user = value[6];
  event::MemoryOpened opened;
  set_process(opened.target, value[3], value[4], value[5]);
  // Sysmon tells of thousands; only one process has in its memory what others come for.
  if (ascii_lowered(opened.target.name) != kSecretsKeeper) return false;
  out.what = std::move(opened);
  return true;
}

// The text of Zone.Identifier: "[ZoneTransfer]", ZoneId=3, HostUrl=..., one a line.
std::string_view ini_value(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  return text.substr(0, text.find_first_of("\r\n \t"));
}

bool file_marked(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "ProcessGuid", "ProcessId", "Image", "TargetFilename", "Hash", "Contents"};
  constexpr std::string_view kMark = ":Zone.Identifier";
  const auto value = pick(record, kNames);
  std::string_view path = value[3];
  if (!path.ends_with(kMark)) return false;
  path.remove_suffix(kMark.size());
  // Where the contents are not told (older versions), the mark alone says it came from elsewhere.
  const std::string_view zone = ini_value(value[5], "ZoneId=");
  if (!zone.empty() && zone != "3" && zone != "4") return false;
  set_process(out.actor, value[0], value[1], value[2]);
  FileHashes hashes = file_hashes(value[4]);
  event::FileMarked marked{std::string(path), std::string(ini_value(value[5], "HostUrl=")),
                           std::move(hashes.md5), std::move(hashes.sha1), std::move(hashes.sha256)};
  if (marked.from.empty()) marked.from = ini_value(value[5], "ReferrerUrl=");
  out.what = std::move(marked);
  return true;
}

bool file_deleted(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {"ProcessGuid", "ProcessId", "Image",
                                                             "TargetFilename", "IsExecutable"};
  const auto value = pick(record, kNames);
  if (value[3].empty() || truth(value[4]) == false) return false;
  set_process(out.actor, value[0], value[1], value[2]);
  out.what = event::FileDeleted{std::string(value[3])};
  return true;
}

// Explorer keeps the commands of a drive's autorun.inf under MountPoints2\...\Shell\VERB\Command.
bool autorun_copied(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 5> kNames = {"ProcessGuid", "ProcessId", "Image",
                                                             "TargetObject", "Details"};
  const auto value = pick(record, kNames);
  const size_t mark = value[3].find(kAutorunMark);
  if (mark == std::string_view::npos) return false;
  const std::string_view below = value[3].substr(mark + kAutorunMark.size());
  const size_t slash = below.find('\\');
  if (slash == std::string_view::npos) return false;
  const std::string key = ascii_lowered(below.substr(slash + 1));
  if (!key.starts_with("shell\\") || key.find("\\command") == std::string::npos) return false;
  set_process(out.actor, value[0], value[1], value[2]);
  event::RemovableFileSeen seen;
  const std::string_view drive =
      value[4].size() > 1 && value[4][1] == ':' ? value[4].substr(0, 2) : "";
  seen.drive = drive.empty() ? below.substr(0, slash) : drive;
  seen.path = seen.drive + "\\autorun.inf";
  seen.content = "[autorun]\r\n" + key.substr(0, key.find("\\command") + 8) + "=" +
                 std::string(value[4]) + "\r\n";
  out.what = std::move(seen);
  return !value[4].empty();
}

bool pipe_made(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 4> kNames = {"ProcessGuid", "ProcessId", "Image",
                                                             "PipeName"};
  const auto value = pick(record, kNames);
  set_process(out.actor, value[0], value[1], value[2]);
  out.what = event::PipeMade{std::string(value[3])};
  return !value[3].empty();
}

// QueryResults: "type:  5 name;::ffff:1.2.3.4;2001:db8::1;", addresses and records in one list.
void read_answers(std::string_view text, event::DnsLookup& lookup) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.starts_with("type:"))
      item.remove_prefix(std::min(item.find_last_of(' ') + 1, item.size()));
    if (item.empty()) continue;
    lookup.answers.emplace_back(item);
    if (auto address = IpAddress::parse(item)) lookup.addresses.push_back(*address);
  }
}

bool name_looked_up(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "ProcessGuid", "ProcessId", "Image", "QueryName", "QueryStatus", "QueryResults"};
  constexpr std::string_view kNameError = "9003";  // DNS_ERROR_RCODE_NAME_ERROR
  const auto value = pick(record, kNames);
  if (value[3].empty()) return false;
  set_process(out.actor, value[0], value[1], value[2]);
  event::DnsLookup lookup;
  lookup.name = ascii_lowered(value[3]);
  if (lookup.name.ends_with('.')) lookup.name.pop_back();
  lookup.response_code = value[4] == "0" ? "NOERROR" : value[4] == kNameError ? "NXDOMAIN" : "";
  read_answers(value[5], lookup);
  out.what = std::move(lookup);
  return true;
}

bool process_ended(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 3> kNames = {"ProcessGuid", "ProcessId", "Image"};
  const auto value = pick(record, kNames);
  set_process(out.actor, value[0], value[1], value[2]);
  out.what = event::ProcessEnded{};
  return true;
}

bool by_event(const event::LogRecord& record, event::Activity& out) {
  switch (record.origin.event_id) {
    case 1: return process_started(record, out);
    case 3: return connection(record, out);
    case 5: return process_ended(record, out);
    case 6: return driver_loaded(record, out);
    case 7: return module_loaded(record, out);
    case 8: return thread_injected(record, out);
    case 10: return memory_opened(record, out);
    case 11: return file_written(record, out, false);
    case 13: return autorun_copied(record, out);
    case 15: return file_marked(record, out);
    case 17: return pipe_made(record, out);
    case 22: return name_looked_up(record, out);
    case 23:
    case 26: return file_deleted(record, out);
    case 29: return file_written(record, out, true);
    default: return false;
  }
}

}  // namespace

bool is_sysmon(const event::LogOrigin& origin) {
  return origin.provider == "Microsoft-Windows-Sysmon" || origin.provider == "Linux-Sysmon" ||
         origin.channel == "Microsoft-Windows-Sysmon/Operational" ||
         origin.channel == "Linux-Sysmon/Operational";
}

bool sysmon_activity(const event::LogRecord& record, event::Activity& out) {
  constexpr uint32_t kWanted = 1u << 1 | 1u << 3 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 |
                               1u << 10 | 1u << 11 | 1u << 13 | 1u << 15 | 1u << 17 | 1u << 22 |
                               1u << 23 | 1u << 26 | 1u << 29;
  const uint32_t id = record.origin.event_id;
  if (id > 31 || (kWanted >> id & 1) == 0) return false;
  begin_activity(record, "Sysmon", out);
  return by_event(record, out);
}

}  // namespace picket::detect::evidence
