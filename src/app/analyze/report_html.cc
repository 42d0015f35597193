// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/analyze/report.h"
#include "base/utf8.h"
#include "view/units.h"

namespace picket::app::analyze {
namespace {

// The page may load nothing and run nothing, whatever an input smuggles in.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What picket found</title>
<style>
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}
th,td{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #8884}
td{overflow-wrap:anywhere}
.time{white-space:nowrap}
.tag{display:inline-block;padding:0 .5em;border-radius:.6em;font-size:.85em;font-weight:600;
color:#fff;background:#667}
.critical,.p-high{background:#a01020}.high{background:#c0392b}.medium,.p-medium{background:#b06a00}
.low,.p-low{background:#3a6ea5}
details{margin:.2em 0}dt{font-weight:600}dd{margin:0 0 .3em 1em;overflow-wrap:anywhere}
</style></head><body>
)";

std::string cell(std::string_view text) { return "<td>" + html_text(text) + "</td>"; }
std::string time_cell(WallTime time) {
  return "<td class=\"time\">" + html_text(view::rfc3339_seconds(time)) + "</td>";
}
std::string severity_tag(event::Severity severity) {
  const std::string word(text(severity));
  return "<span class=\"tag " + word + "\">" + word + "</span>";
}

void write_incident(const incident::Incident& incident, const WriteText& write) {
  const std::string priority(text(incident.priority));
  write("<section><h3><span class=\"tag p-" + priority + "\">" + priority + "</span> " +
        html_text(incident.title) + "</h3>\n<p>" + counted(incident.alerts, "alert") + ", " +
        view::rfc3339_seconds(incident.from) + " to " + view::rfc3339_seconds(incident.until));
  for (const std::string& number : incident.tactics)
    write(" <span class=\"tag\">" + html_text(incident::tactic_name(number)) + " " +
          html_text(number) + "</span>");
  write("</p>\n<ol>");
  for (const incident::Recommendation& action : incident.actions)
    write("<li>" + html_text(action.what) + " <small>" + html_text(action.why) + "</small></li>");
  write(
      "</ol>\n<table><tr><th>time</th><th>severity</th><th>what</th><th>times</th>"
      "<th>why it is in here</th></tr>\n");
  for (const incident::Member& member : incident.members)
    write("<tr>" + time_cell(member.from) + "<td>" + severity_tag(member.severity) + "</td>" +
          cell(member.reason) + cell(view::grouped(member.count)) + cell(member.why) + "</tr>\n");
  write("</table>");
  if (incident.members_left_out != 0)
    write("<p>" + counted(incident.members_left_out, "more kind") + " of alert.</p>");
  write("</section>\n");
}

void write_rule(const Summary::RuleGroup& group, const WriteText& write) {
  const event::Alert& alert = group.first;
  write("<details><summary>" + severity_tag(alert.severity) + " " + html_text(alert.rule_name) +
        " (" + counted(group.count, "time") + ")</summary>\n<p>" + html_text(alert.reason) +
        "</p><dl>");
  const auto entry = [&write](std::string_view name, std::string_view value) {
    if (!value.empty()) write("<dt>" + html_text(name) + "</dt><dd>" + html_text(value) + "</dd>");
  };
  entry("sure", text(alert.confidence));
  entry(text(alert.detector), alert.rule_id);
  entry("peer", peer_words(alert));
  entry("command line", alert.actor.command_line);
  for (const event::AlertEvidence& fact : alert.evidence) entry(fact.name, fact.value);
  for (const event::KnownGood& good : alert.known_good) entry("in its favour", good.what);
  entry("from", alert.place.input);
  write("</dl></details>\n");
}

void write_timeline(const ReportContent& content, const WriteText& write) {
  write(
      "<h2>Timeline</h2>\n<table><tr><th>time</th><th>severity</th><th>host</th><th>what</th>"
      "</tr>\n");
  size_t rows = 0;
  content.account.result.alerts.visit([&](const event::Alert& alert) {
    if (alert.severity < content.account.min_severity || ++rows > kTimelineRowsMax) return;
    write("<tr>" + time_cell(alert.time) + "<td>" + severity_tag(alert.severity) + "</td>" +
          cell(alert.host) + cell(alert.reason) + "</tr>\n");
  });
  write("</table>\n");
  if (rows > kTimelineRowsMax)
    write("<p>and " + counted(rows - kTimelineRowsMax, "more alert") + "</p>\n");
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

void write_html(const ReportContent& content, const WriteText& write) {
  write(kHead);
  write("<h1>What picket found</h1>\n<p>" + counted(content.summary.shown(), "alert") + " of " +
        std::string(text(content.account.min_severity)) + " severity or higher in " +
        counted(content.incidents.size(), "incident") + "</p>\n");
  if (!content.incidents.empty()) write("<h2>Incidents</h2>\n");
  for (const incident::Incident& incident : content.incidents) write_incident(incident, write);
  const auto& subjects = content.summary.subjects();
  if (!subjects.empty()) write("<h2>Findings</h2>\n");
  for (size_t i = 0; i < std::min(subjects.size(), kReportSubjectsMax); ++i) {
    std::string head = subjects[i].host;
    if (!head.empty() && !subjects[i].who.empty()) head += ": ";
    write("<h3>" + html_text(head + subjects[i].who) + "</h3>\n");
    for (const Summary::RuleGroup& group : subjects[i].rules) write_rule(group, write);
  }
  if (subjects.size() > kReportSubjectsMax)
    write("<p>and " + counted(subjects.size() - kReportSubjectsMax, "more subject") + "</p>\n");
  if (!subjects.empty()) write_timeline(content, write);
  write("<h2>What was read</h2>\n<pre>" + [&] {
    // Line by line: a newline is no character of an input here.
    std::string lines;
    const std::string account = account_text(content.account, {});
    for (size_t at = 0; at < account.size();) {
      const size_t end = std::min(account.find('\n', at), account.size());
      lines += html_text(std::string_view(account).substr(at, end - at)) + "\n";
      at = end + 1;
    }
    return lines;
  }() + "</pre>\n</body></html>\n");
}

}  // namespace picket::app::analyze
