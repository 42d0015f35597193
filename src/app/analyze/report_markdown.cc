// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/analyze/report.h"
#include "base/utf8.h"
#include "view/units.h"

namespace picket::app::analyze {
namespace {

std::string markdown_cell(std::string_view text) { return markdown_text(text) + " | "; }

void write_markdown_incident(const incident::Incident& incident, const WriteText& write) {
  write("### " + markdown_text(incident.title) + "\n\n");
  write("Priority " + std::string(text(incident.priority)) + ", " +
        counted(incident.alerts, "alert") + ", " + view::rfc3339_seconds(incident.from) + " to " +
        view::rfc3339_seconds(incident.until) + ".");
  std::string tactics;
  for (const std::string& number : incident.tactics)
    tactics += (tactics.empty() ? " " : ", ") + std::string(incident::tactic_name(number)) + " (" +
               markdown_text(number) + ")";
  if (!tactics.empty()) write(" ATT&CK:" + tactics + ".");
  write("\n\nWhat to do:\n\n");
  for (const incident::Recommendation& action : incident.actions)
    write("1. " + markdown_text(action.what) + " " + markdown_text(action.why) + "\n");
  write("\n| time | severity | what | times | why it is in here |\n|---|---|---|---|---|\n");
  for (const incident::Member& member : incident.members)
    write("| " + markdown_cell(view::rfc3339_seconds(member.from)) +
          markdown_cell(text(member.severity)) + markdown_cell(member.reason) +
          markdown_cell(view::grouped(member.count)) + markdown_cell(member.why) + "\n");
  if (incident.members_left_out != 0)
    write("\n" + counted(incident.members_left_out, "more kind") + " of alert.\n");
  write("\n");
}

void write_subject(const Summary::Subject& subject, const WriteText& write) {
  std::string head = subject.host;
  if (!head.empty() && !subject.who.empty()) head += ": ";
  write("### " + markdown_text(head + subject.who) + "\n\n");
  for (const Summary::RuleGroup& group : subject.rules) {
    const event::Alert& alert = group.first;
    write("- **" + std::string(text(alert.severity)) + "** " + markdown_text(alert.rule_name) +
          " (" + counted(group.count, "time") + ", sure: " + std::string(text(alert.confidence)) +
          ", " + std::string(text(alert.detector)) + " " + markdown_text(alert.rule_id) + ")\n");
    write("  " + markdown_text(alert.reason) + "\n");
    for (const event::AlertEvidence& fact : alert.evidence)
      write("  - " + markdown_text(fact.name) + ": " + markdown_text(fact.value) + "\n");
  }
  write("\n");
}

void write_markdown_timeline(const ReportContent& content, const WriteText& write) {
  write("## Timeline\n\n| time | severity | host | what |\n|---|---|---|---|\n");
  size_t rows = 0;
  content.account.result.alerts.visit([&](const event::Alert& alert) {
    if (alert.severity < content.account.min_severity || ++rows > kTimelineRowsMax) return;
    write("| " + markdown_cell(view::rfc3339_seconds(alert.time)) +
          markdown_cell(text(alert.severity)) + markdown_cell(alert.host) +
          markdown_cell(alert.reason) + "\n");
  });
  if (rows > kTimelineRowsMax)
    write("\nand " + counted(rows - kTimelineRowsMax, "more alert") + "\n");
  write("\n");
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>()#+-.!|~&$:@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void write_markdown(const ReportContent& content, const WriteText& write) {
  write("# What picket found\n\n");
  write(markdown_text(counted(content.summary.shown(), "alert") + " of " +
                      std::string(text(content.account.min_severity)) + " severity or higher in " +
                      counted(content.incidents.size(), "incident")) +
        "\n\n");
  if (!content.incidents.empty()) write("## Incidents\n\n");
  for (const incident::Incident& incident : content.incidents)
    write_markdown_incident(incident, write);
  const auto& subjects = content.summary.subjects();
  if (!subjects.empty()) write("## Findings\n\n");
  for (size_t i = 0; i < std::min(subjects.size(), kReportSubjectsMax); ++i)
    write_subject(subjects[i], write);
  if (subjects.size() > kReportSubjectsMax)
    write("and " + counted(subjects.size() - kReportSubjectsMax, "more subject") + "\n\n");
  if (!subjects.empty()) write_markdown_timeline(content, write);
  write("## What was read\n\n");
  std::string account = account_text(content.account, {});
  for (size_t at = 0; at < account.size();) {
    const size_t end = account.find('\n', at);
    write("- " + markdown_text(std::string_view(account).substr(at, end - at)) + "\n");
    at = end == account.npos ? account.size() : end + 1;
  }
}

}  // namespace picket::app::analyze
