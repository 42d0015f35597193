// SPDX-License-Identifier: Apache-2.0
#include "app/history/incident_words.h"

#include "app/history/record_words.h"
#include "base/utf8.h"
#include "event/facts_json.h"

namespace picket::app::history {
namespace {

constexpr size_t kJsonMax = 8 << 20;

std::string said(simdjson::dom::element part, std::string_view name) {
  std::string text;
  event::MemberReader(part).read(name, text);
  return printable(text);
}

uint64_t number(simdjson::dom::element part, std::string_view name) {
  uint64_t value = 0;
  event::MemberReader(part).read(name, value);
  return value;
}

// The texts of a list, or one member of its objects.
std::string listed(simdjson::dom::element part, std::string_view name,
                   std::string_view member = {}) {
  std::string out;
  const auto list = event::MemberReader(part).find(name);
  if (!list || !list->is_array()) return out;
  for (const simdjson::dom::element one : list->get_array()) {
    std::string_view text;
    const std::string inner = member.empty() ? std::string() : said(one, member);
    if (member.empty() && one.get(text) != simdjson::SUCCESS) continue;
    out += (out.empty() ? "" : ", ") + (member.empty() ? printable(text) : inner);
  }
  return out;
}

std::string priority_word(simdjson::dom::element incident, bool color) {
  const std::string word = said(incident, "priority");
  const std::string_view paint = color ? color_of(word) : std::string_view();
  std::string padded = word;
  padded.resize(8, ' ');
  return paint.empty() ? padded : std::string(paint) + padded + "\x1b[0m";
}

std::string decided_words(const store::Triage& triage) {
  if (triage.by.empty()) return {};
  std::string out = triage.state;
  if (triage.resolution != store::kResolutions[0]) out += ", " + triage.resolution;
  if (!triage.reason.empty()) out += " (" + printable(triage.reason) + ")";
  if (!triage.assignee.empty()) out += ", assigned to " + printable(triage.assignee);
  return out;
}

std::string heading(const store::KeptIncident& kept, simdjson::dom::element incident,
                    const store::Triage& triage, bool color) {
  std::string out = priority_word(incident, color) + said(incident, "title") + "\n        " +
                    time_words(kept.from);
  if (kept.until.ns != kept.from.ns) out += " to " + time_words(kept.until);
  const uint64_t alerts = number(incident, "alerts");
  out += ", " + std::to_string(alerts) + (alerts == 1 ? " alert" : " alerts");
  if (const std::string tactics = listed(incident, "tactics", "name"); !tactics.empty())
    out += ", " + tactics;
  if (const std::string decided = decided_words(triage); !decided.empty())
    out += "\n        " + decided;
  return out + "\n        " + printable(kept.id) + "\n";
}

void add_list(std::string& out, std::string_view label, const std::string& text) {
  if (text.empty()) return;
  std::string padded(label);
  padded.resize(12, ' ');
  out += "  " + padded + text + "\n";
}

void add_events(std::string& out, simdjson::dom::element incident) {
  const auto events = event::MemberReader(incident).find("events");
  if (!events || !events->is_array()) return;
  out += "\nWhat happened\n";
  for (const simdjson::dom::element event : events->get_array()) {
    std::string time = said(event, "time").substr(0, 19);
    if (time.size() > 10) time[10] = ' ';
    out += "  " + time + "Z  " + said(event, "severity");
    if (const uint64_t count = number(event, "count"); count > 1)
      out += " x" + std::to_string(count);
    out += "  " + said(event, "reason") + "\n      " + said(event, "why") + "\n";
  }
  if (const uint64_t more = number(incident, "events_left_out"); more != 0)
    out += "  and " + std::to_string(more) + " more kinds of alerts\n";
}

void add_odd(std::string& out, simdjson::dom::element incident) {
  const auto odd = event::MemberReader(incident).find("odd");
  if (!odd || !odd->is_array()) return;
  out += "\nWhat is odd\n";
  std::string_view text;
  for (const simdjson::dom::element one : odd->get_array())
    if (one.get(text) == simdjson::SUCCESS) out += "  " + printable(text) + "\n";
}

void add_actions(std::string& out, simdjson::dom::element incident) {
  const auto actions = event::MemberReader(incident).find("recommended");
  if (!actions || !actions->is_array() || actions->get_array().size() == 0) return;
  out += "\nWhat to do\n";
  for (const simdjson::dom::element action : actions->get_array())
    out += "  " + said(action, "what") + "\n      " + said(action, "why") + "\n";
}

std::string unreadable(const store::KeptIncident& incident) {
  return printable(incident.id) + ": this incident cannot be read\n";
}

template <typename Write>
std::string with_parsed(const store::KeptIncident& incident, Write write) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (incident.json.size() > kJsonMax ||
      parser.allocate(incident.json.size() + 1, event::kJsonDepthMax) != simdjson::SUCCESS ||
      parser.parse(incident.json.data(), incident.json.size(), true).get(document) !=
          simdjson::SUCCESS ||
      !document.is_object())
    return unreadable(incident);
  return write(document);
}

}  // namespace

std::string incident_line(const store::KeptIncident& incident, const store::Triage& triage,
                          bool color) {
  return with_parsed(incident, [&](simdjson::dom::element document) {
    return heading(incident, document, triage, color);
  });
}

std::string changes_text(const std::vector<store::TriageChange>& changes) {
  if (changes.empty()) return {};
  std::string out = "\nWhat was decided\n";
  for (const store::TriageChange& change : changes) {
    out += "  " + time_words(change.at) + "  " + printable(change.by) + ": " + change.what + " ";
    if (!change.before.empty()) out += printable(change.before) + " -> ";
    out += printable(change.after) + "\n";
  }
  return out;
}

std::string incident_json(const store::KeptIncident& incident, const store::Triage& triage) {
  if (triage.by.empty() || !incident.json.ends_with('}')) return incident.json;
  std::string line = incident.json.substr(0, incident.json.size() - 1) + ",\"triage\":";
  JsonWriter json(line);
  append_json(json, triage);
  return line + '}';
}

std::string incident_page(const store::KeptIncident& incident, const store::Triage& triage,
                          bool color) {
  return with_parsed(incident, [&](simdjson::dom::element document) {
    std::string out = heading(incident, document, triage, color) + "\n";
    add_list(out, "Machines", listed(document, "hosts"));
    add_list(out, "Processes", listed(document, "processes"));
    add_list(out, "Users", listed(document, "users"));
    add_list(out, "Talks to", listed(document, "peers"));
    add_list(out, "Files", listed(document, "files"));
    add_list(out, "ATT&CK", listed(document, "techniques"));
    add_events(out, document);
    add_odd(out, document);
    add_actions(out, document);
    return out;
  });
}

}  // namespace picket::app::history
