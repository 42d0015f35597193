// SPDX-License-Identifier: Apache-2.0
#include "incident/incident.h"

#include <array>

#include "event/json_texts.h"

namespace picket::incident {
namespace {

using event::append_texts;

constexpr std::array<std::string_view, 3> kPriorities{"low", "medium", "high"};
constexpr std::array<std::string_view, 7> kTies{"trigger", "process", "lineage", "executable",
                                                "remote",  "rule",    "machine"};

struct Tactic {
  std::string_view number, name;
};
// MITRE ATT&CK Enterprise, version 19, in its own order.
constexpr auto kTactics = std::to_array<Tactic>({
    {"TA0043", "Reconnaissance"},
    {"TA0042", "Resource Development"},
    {"TA0001", "Initial Access"},
    {"TA0002", "Execution"},
    {"TA0003", "Persistence"},
    {"TA0004", "Privilege Escalation"},
    {"TA0005", "Stealth"},
    {"TA0112", "Defense Impairment"},
    {"TA0006", "Credential Access"},
    {"TA0007", "Discovery"},
    {"TA0008", "Lateral Movement"},
    {"TA0009", "Collection"},
    {"TA0011", "Command and Control"},
    {"TA0010", "Exfiltration"},
    {"TA0040", "Impact"},
});

void append_member(JsonWriter& out, const Member& member) {
  out.begin_object().member("alert", member.alert_id).member("time", rfc3339(member.from));
  if (member.count > 1) out.member("last_time", rfc3339(member.until));
  out.member("count", member.count).member("detector", text(member.detector));
  out.member("severity", text(member.severity)).member("confidence", text(member.confidence));
  out.key("rule").begin_object().member("id", member.rule_id).member("name", member.rule_name);
  out.end_object().member_if("host", member.host).member_if("process", member.process);
  out.member_if("peer", member.peer).member("reason", member.reason);
  out.member("tie", text(member.tie)).member("why", member.why).end_object();
}

}  // namespace

std::string_view text(Priority value) { return kPriorities[static_cast<size_t>(value)]; }
std::string_view text(Tie value) { return kTies[static_cast<size_t>(value)]; }

std::string_view tactic_name(std::string_view number) {
  const size_t rank = tactic_rank(number);
  return rank < kTactics.size() ? kTactics[rank].name : std::string_view();
}

size_t tactic_rank(std::string_view number) {
  size_t rank = 0;
  while (rank < kTactics.size() && kTactics[rank].number != number) ++rank;
  return rank;
}

void append_json(JsonWriter& out, const Incident& incident) {
  out.begin_object().member("type", "incident").member("id", incident.id);
  out.member("priority", text(incident.priority)).member("title", incident.title);
  out.member("from", rfc3339(incident.from)).member("until", rfc3339(incident.until));
  out.member("alerts", incident.alerts);
  append_texts(out, "hosts", incident.hosts);
  append_texts(out, "processes", incident.processes);
  append_texts(out, "users", incident.users);
  append_texts(out, "peers", incident.peers);
  append_texts(out, "files", incident.files);
  if (!incident.tactics.empty()) {
    out.key("tactics").begin_array();
    for (const std::string& number : incident.tactics) {
      out.begin_object().member("id", number).member_if("name", tactic_name(number));
      out.end_object();
    }
    out.end_array();
  }
  append_texts(out, "techniques", incident.techniques);
  out.key("events").begin_array();
  for (const Member& member : incident.members) append_member(out, member);
  out.end_array();
  if (incident.members_left_out != 0) out.member("events_left_out", incident.members_left_out);
  out.key("recommended").begin_array();
  for (const Recommendation& action : incident.actions)
    out.begin_object().member("what", action.what).member("why", action.why).end_object();
  out.end_array();
  append_texts(out, "odd", incident.odd);
  out.end_object();
}

}  // namespace picket::incident
