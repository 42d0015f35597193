// SPDX-License-Identifier: Apache-2.0
#include "incident/tie_keys.h"

#include <array>

#include "base/ascii.h"
#include "incident/incident_set.h"

namespace picket::incident {
namespace {

std::string joined(std::string_view kind, std::string_view one, std::string_view other) {
  std::string key(kind);
  key += '\0';
  key += one;
  key += '\0';
  key += other;
  return key;
}

// An address or name that is no machine of one's own.
std::string remote_of(const event::Alert& alert) {
  if (alert.connection) {
    const event::ConnectionMade& made = *alert.connection;
    if (made.remote.address.is_global()) return made.remote.address.text();
    if (!made.remote.address.is_unspecified()) return {};
  }
  return alert.detector == event::Detector::kSigma ? std::string() : ascii_lowered(alert.domain);
}

}  // namespace

bool in_system_folder(std::string_view path) {
  constexpr auto kFolders = std::to_array<std::string_view>(
      {":\\windows\\", ":\\program files\\", ":\\program files (x86)\\", "/usr/", "/bin/", "/sbin/",
       "/lib/", "/opt/", "/snap/"});
  const std::string lower = ascii_lowered(path);
  for (const std::string_view folder : kFolders) {
    const size_t drive = folder.front() == ':' ? 1 : 0;
    if (lower.size() > drive && std::string_view(lower).substr(drive).starts_with(folder))
      // Folders of Windows that everybody may write to hold no system programs.
      return lower.find("\\temp\\") == lower.npos && lower.find("\\tasks\\") == lower.npos;
  }
  return lower.find('/') == lower.npos && lower.find('\\') == lower.npos;
}

std::string wakes_key(const std::string& process) { return joined("wakes", process, ""); }
std::string child_key(const std::string& process) { return joined("child", process, ""); }

std::vector<TieKey> tie_keys(const event::Alert& alert) {
  std::vector<TieKey> keys;
  const std::string process = process_key(alert.host, alert.actor);
  if (!process.empty())
    keys.push_back({joined("process", process, ""), Tie::kProcess, {}, IncidentSet::kLongWindowNs});
  if (alert.severity < event::Severity::kMedium) return keys;
  const event::Actor& actor = alert.actor;
  if (!actor.path.empty() && !in_system_folder(actor.path))
    keys.push_back({joined("executable", alert.host, ascii_lowered(actor.path)), Tie::kExecutable,
                    actor.path, IncidentSet::kLongWindowNs});
  if (std::string remote = remote_of(alert); !remote.empty())
    keys.push_back(
        {joined("remote", remote, ""), Tie::kRemote, remote, IncidentSet::kLongWindowNs});
  keys.push_back({joined("rule", alert.host, alert.rule_id), Tie::kRule, alert.rule_name,
                  IncidentSet::kRuleWindowNs});
  if (!alert.host.empty())
    keys.push_back({joined("machine", alert.host, ""), Tie::kMachine, alert.host,
                    IncidentSet::kMachineWindowNs});
  return keys;
}

}  // namespace picket::incident
