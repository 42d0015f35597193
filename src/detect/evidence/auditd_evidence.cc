// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/auditd_evidence.h"

#include "detect/evidence/common_evidence.h"
#include "detect/evidence/field_pick.h"

namespace picket::detect::evidence {
namespace {

enum class Call : uint8_t { kOther, kExecute, kConnect, kAccept, kBind };
constexpr std::string_view kInProgress = "-115";

// The numbers of asm/unistd_64.h and asm-generic/unistd.h; a log may also name them.
Call call_of(std::string_view number_text, std::string_view machine, std::string_view name) {
  const std::string_view word = name.empty() ? number_text : name;
  if (word == "execve" || word == "execveat") return Call::kExecute;
  if (word == "connect") return Call::kConnect;
  if (word == "accept" || word == "accept4") return Call::kAccept;
  if (word == "bind") return Call::kBind;
  const uint32_t call = number<uint32_t>(number_text).value_or(0);
  if (machine == "c00000b7" || same_name(machine, "aarch64")) {
    return call == 221 || call == 281   ? Call::kExecute
           : call == 203                ? Call::kConnect
           : call == 202 || call == 242 ? Call::kAccept
           : call == 200                ? Call::kBind
                                        : Call::kOther;
  }
  return call == 59 || call == 322   ? Call::kExecute
         : call == 42                ? Call::kConnect
         : call == 43 || call == 288 ? Call::kAccept
         : call == 49                ? Call::kBind
                                     : Call::kOther;
}

// The arguments a0, a1... of an EXECVE line stand before the system call's own (auditd_reader.h).
std::string command_line(const event::LogRecord& record, uint32_t count) {
  constexpr uint32_t kArgumentsMax = 256;
  std::string line;
  uint32_t next = 0;
  for (const event::LogField& field : record.fields()) {
    if (next == count || next == kArgumentsMax) break;
    if (field.name.size() < 2 || field.name[0] != 'a' ||
        number<uint32_t>(field.name.substr(1)) != next)
      continue;
    if (next++ != 0) line += ' ';
    line += field.value;
  }
  return line;
}

}  // namespace

bool is_auditd(const event::LogRecord& record) {
  const event::LogField* type = record.find("type");
  return type != nullptr && record.origin.product == "linux" && record.find("syscall") != nullptr;
}

bool auditd_activity(const event::LogRecord& record, event::Activity& out) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "syscall", "arch", "SYSCALL", "success",       "exit",       "pid",  "ppid", "exe",
      "tty",     "ses",  "argc",    "saddr_address", "saddr_port", "comm", "cwd"};
  const auto value = pick(record, kNames);
  const Call call = call_of(value[0], value[1], value[2]);
  if (call == Call::kOther) return false;
  const bool failed = value[3] == "no" && !(call == Call::kConnect && value[4] == kInProgress);
  if (failed) return false;
  begin_activity(record, "auditd", out);
  out.platform = event::Platform::kLinux;
  out.place.source = "auditd";
  set_process(out.actor, {}, value[5], value[7]);
  out.actor.kernel = false;
  out.actor.parent_pid = pid(value[6]);
  out.actor.terminal = value[8] == "(none)" ? std::string_view() : value[8];
  out.actor.session = number<int64_t>(value[9]);
  out.actor.working_directory = value[14];
  if (call == Call::kExecute) {
    out.actor.command_line = command_line(record, number<uint32_t>(value[10]).value_or(0));
    out.what = event::ProcessStarted{};
    return true;
  }
  const Endpoint peer = endpoint(value[11], value[12]);
  if (value[11].empty()) return false;  // another family: a path, netlink
  if (call == Call::kBind) {
    // Port 0 asks for any: a client's bind, no listener.
    out.what = event::ListenerOpened{event::Transport::kTcp, peer};
    return peer.port != 0;
  }
  event::ConnectionMade made;
  made.outbound = call == Call::kConnect;
  made.remote = peer;
  out.what = std::move(made);
  return !peer.address.is_unspecified() && peer.port != 0;
}

}  // namespace picket::detect::evidence
