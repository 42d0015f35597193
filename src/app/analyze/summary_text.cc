// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/summary_text.h"

#include <algorithm>
#include <cstdio>

#include "base/counter.h"
#include "base/utf8.h"
#include "view/units.h"

namespace picket::app::analyze {
namespace {

constexpr std::string_view kIndent = "           ";

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string_view color_of(event::Severity severity) {
  switch (severity) {
    case event::Severity::kCritical: return "\x1b[1;31m";
    case event::Severity::kHigh: return "\x1b[31m";
    case event::Severity::kMedium: return "\x1b[33m";
    case event::Severity::kLow: return "\x1b[36m";
    case event::Severity::kInformational: break;
  }
  return "\x1b[2m";
}

std::string painted(std::string_view text, std::string_view color, const TextStyle& style) {
  if (!style.color) return std::string(text);
  return std::string(color) + std::string(text) + "\x1b[0m";
}

std::string severity_word(event::Severity severity, const TextStyle& style) {
  std::string word = severity == event::Severity::kInformational ? "INFO" : upper(text(severity));
  word.resize(9, ' ');
  return painted(word, color_of(severity), style);
}

// Whole seconds: 2026-01-02 03:04:05Z.
std::string time_words(WallTime time) {
  if (time.ns == 0) return "no time";
  std::string words = rfc3339(time).substr(0, 19) + "Z";
  words[10] = ' ';
  return words;
}

std::string span_words(WallTime from, WallTime until) {
  const std::string first = time_words(from), last = time_words(until);
  if (first == last) return first;
  return first + " to " + (first.substr(0, 10) == last.substr(0, 10) ? last.substr(11) : last);
}

std::string techniques(const event::Alert& alert) {
  std::string words;
  for (const event::AttackReference& reference : alert.attack) {
    const std::string& name = reference.technique.empty() ? reference.tactic : reference.technique;
    if (words.find(name) == words.npos) words += (words.empty() ? "" : ", ") + name;
  }
  return words;
}

std::string place_words(const event::SourcePlace& place) {
  std::string words = place.source;
  if (place.input.empty()) return words;
  if (!words.empty()) words += " in ";
  // In a capture the packet's number is what people look for.
  if (place.source.starts_with("packet ")) return words + place.input;
  return words + place.input + " at byte " + std::to_string(place.offset);
}

void add_rule(std::string& out, const Summary::RuleGroup& group, const TextStyle& style) {
  const event::Alert& alert = group.first;
  out += "  " + severity_word(alert.severity, style) +
         painted(printable(alert.rule_name), "\x1b[1m", style) + "\n";
  out += kIndent;
  if (group.count > 1) out += view::grouped(group.count) + " times, ";
  out += span_words(group.from, group.until) + "\n";
  const auto line = [&out](std::string_view what, const std::string& words) {
    if (!words.empty()) out.append(kIndent).append(what).append(printable(words)) += '\n';
  };
  line("why:   ", alert.reason);
  line("peer:  ", peer_words(alert));
  for (const event::KnownGood& good : alert.known_good)
    line("but:   ", good.what + " (would be " + std::string(text(good.before)) + ")");
  std::string sure = std::string(text(alert.confidence)) + ", " +
                     std::string(text(alert.detector)) + " " + alert.rule_id;
  if (const std::string attack = techniques(alert); !attack.empty()) sure += ", " + attack;
  line("sure:  ", sure);
  line("where: ", place_words(alert.place));
}

void add_subject(std::string& out, const Summary::Subject& subject, const TextStyle& style) {
  std::string head = subject.host;
  const std::string_view dot = style.ascii ? " - " : " \xc2\xb7 ";
  if (!head.empty() && !subject.who.empty()) head += dot;
  head += subject.who;
  if (head.empty()) head = "no process or host named";
  out += "\n" + painted(printable(head), "\x1b[1;4m", style) + "\n";
  for (size_t i = 0; i < std::min(subject.rules.size(), kRulesShown); ++i)
    add_rule(out, subject.rules[i], style);
  if (subject.rules.size() > kRulesShown)
    out += "  and " + counted(subject.rules.size() - kRulesShown, "more rule") + "\n";
}

// Counters that only say how much work was done; all others tell of something lost or odd.
constexpr std::string_view kTallies[] = {"detect.sigma.matches", "detect.sigma.records"};

void add_counters(std::string& out) {
  Counter::visit_all([&out](const Counter& counter) {
    if (counter.value() == 0 || std::ranges::find(kTallies, counter.name()) != std::end(kTallies))
      return;
    out += "  " + view::grouped(counter.value()) + "  " + std::string(counter.meaning()) + " (" +
           std::string(counter.name()) + ")\n";
  });
}

void add_lists(const detect::intel::IndicatorEngine& engine, std::string& out) {
  for (const detect::intel::ListReport& report : engine.reports()) {
    out +=
        "Compared with " + counted(report.loaded, "indicator") + " of " + printable(report.source);
    if (report.problems != 0) {
      out += "; " + view::grouped(report.problems) + " not understood";
      if (!report.listed.empty())
        out += ", such as " + printable(report.listed.front().place) + ": " +
               printable(report.listed.front().what);
    }
    out += ".\n";
  }
}

std::string one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

}  // namespace

std::string counted(uint64_t number, std::string_view noun) {
  return view::grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string findings_text(const Summary& summary, const Account& account, const TextStyle& style) {
  std::string out;
  const std::string at_least = std::string(text(account.min_severity)) + " severity or higher";
  const auto& subjects = summary.subjects();
  if (subjects.empty())
    out += "Nothing found of " + at_least + ".\n";
  else
    out += counted(summary.shown(), "alert") + " of " + at_least + " about " +
           counted(subjects.size(), "subject") + ", the worst first:\n";
  for (size_t i = 0; i < std::min(subjects.size(), kSubjectsShown); ++i)
    add_subject(out, subjects[i], style);
  if (subjects.size() > kSubjectsShown)
    out += "\nand " + counted(subjects.size() - kSubjectsShown, "more subject") +
           " (all alerts: --events FILE)\n";
  if (summary.below() != 0)
    out += "\n" + counted(summary.below(), "alert") + " below that (see --min-severity).\n";
  if (summary.left_out() != 0)
    out += counted(summary.left_out(), "alert") + " not shown: too many groups.\n";
  return out;
}

std::string incidents_text(const std::vector<incident::Incident>& incidents,
                           const TextStyle& style) {
  if (incidents.empty()) return {};
  std::string out = counted(incidents.size(), "incident") + ":\n";
  for (size_t i = 0; i < std::min(incidents.size(), kIncidentsShown); ++i) {
    const incident::Incident& incident = incidents[i];
    const event::Severity like =
        incident.priority == incident::Priority::kHigh     ? event::Severity::kHigh
        : incident.priority == incident::Priority::kMedium ? event::Severity::kMedium
                                                           : event::Severity::kLow;
    out += "  " + severity_word(like, style) + printable(incident.title) + "\n" +
           std::string(kIndent) + span_words(incident.from, incident.until) + ", " +
           counted(incident.alerts, "alert");
    for (const std::string& number : incident.tactics)
      out +=
          ", " + std::string(incident::tactic_name(number).empty() ? number
                                                                   : incident::tactic_name(number));
    out += "\n";
    if (!incident.actions.empty())
      out += std::string(kIndent) + "do: " + printable(incident.actions.front().what) + "\n";
  }
  if (incidents.size() > kIncidentsShown)
    out += "  and " + counted(incidents.size() - kIncidentsShown, "more incident") +
           " (all: --incidents FILE)\n";
  return out + "\n";
}

std::string account_text(const Account& account, const TextStyle&) {
  const sensor::replay::ReadOutcome& total = account.result.total;
  std::string out = "Read " + counted(account.inputs, "input") + ": " +
                    counted(total.records, "record") + ", " + view::short_bytes(total.bytes) + "B" +
                    " in " + one_decimal(account.seconds) + " s";
  if (account.seconds > 0)
    out +=
        " (" +
        view::grouped(static_cast<uint64_t>(static_cast<double>(total.records) / account.seconds)) +
        " records/s)";
  out += ".\n";
  if (account.content.sigma) {
    const auto& report = account.content.sigma->set().report;
    out += "Judged by " + counted(report.loaded(), "Sigma document");
    if (!report.errors.empty())
      out += "; " + view::grouped(report.errors.size()) +
             " did not load (picket content check tells why)";
    out += ".\n";
  }
  if (account.content.indicators) add_lists(*account.content.indicators, out);
  if (total.skipped != 0)
    out += counted(total.skipped, "input") + " skipped: not a kind that is read here.\n";
  if (total.damaged != 0)
    out += counted(total.damaged, "record") + " (or a stretch of them) could not be read.\n";
  if (account.result.alerts.dropped() != 0)
    out += counted(account.result.alerts.dropped(), "alert") + " only counted: too many to keep.\n";
  if (account.result.stopped) out += "Stopped before the end.\n";
  std::string counters;
  add_counters(counters);
  if (!counters.empty()) out += "Counted on the way:\n" + counters;
  for (size_t i = 0; i < std::min(total.listed.size(), kProblemsShown); ++i) {
    const sensor::replay::ReadProblem& problem = total.listed[i];
    out += printable(problem.input) + " at byte " + std::to_string(problem.offset) + ": " +
           printable(problem.what) + "\n";
  }
  if (total.problems > kProblemsShown)
    out += "and " +
           counted(total.problems - std::min<uint64_t>(total.problems, kProblemsShown),
                   "more problem") +
           "\n";
  return out;
}

std::string timeline_line(const event::Alert& alert, const TextStyle& style) {
  std::string line = time_words(alert.time) + "  " + severity_word(alert.severity, style) + " ";
  if (!alert.host.empty()) line += printable(alert.host) + "  ";
  return line + printable(alert.reason) + "\n";
}

}  // namespace picket::app::analyze
