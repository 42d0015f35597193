// SPDX-License-Identifier: Apache-2.0
#include "app/cli/alert_words.h"

#include "base/utf8.h"
#include "event/facts_json.h"

namespace picket::app::cli {
namespace {

constexpr size_t kAlertLineMax = 1 << 20;
constexpr size_t kIndent = 4;
constexpr size_t kWrapMin = 20;

std::string_view colour_of(event::Severity severity) {
  switch (severity) {
    case event::Severity::kCritical:
    case event::Severity::kHigh: return "\x1b[1;31m";
    case event::Severity::kMedium: return "\x1b[33m";
    case event::Severity::kLow: return "\x1b[36m";
    case event::Severity::kInformational: break;
  }
  return "\x1b[2m";
}

// Breaks at blanks; a word longer than a line stands alone and sticks out.
std::string wrapped(std::string_view text, size_t width) {
  const size_t room = width > kIndent + kWrapMin ? width - kIndent : 0;
  std::string out(kIndent, ' ');
  size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (room != 0 && used != 0 && used + 1 + word.size() > room) {
      out += '\n' + std::string(kIndent, ' ');
      used = 0;
    }
    if (used != 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out + '\n';
}

void read_rule(simdjson::dom::element part, AlertLine& alert) {
  event::MemberReader(part).read("name", alert.rule);
}

void read_process(simdjson::dom::element part, AlertLine& alert) {
  event::MemberReader from(part);
  from.read("name", alert.process);
  from.read("executable", alert.executable);
  from.read("pid", alert.pid);
}

}  // namespace

std::optional<AlertLine> parse_alert_line(std::string_view json) {
  if (json.size() > kAlertLineMax) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.allocate(json.size() + 1, event::kJsonDepthMax) != simdjson::SUCCESS ||
      parser.parse(json.data(), json.size(), true).get(document) != simdjson::SUCCESS)
    return std::nullopt;
  event::MemberReader from(document);
  std::string type;
  from.read("type", type);
  if (type != "alert") return std::nullopt;
  AlertLine alert;
  from.read_word("severity", alert.severity, event::parse_severity);
  from.read("time", alert.time);
  from.read("confidence", alert.confidence);
  from.read("reason", alert.reason);
  from.read("host", alert.host);
  if (const auto rule = from.find("rule")) read_rule(*rule, alert);
  if (const auto process = from.find("process")) read_process(*process, alert);
  if (from.failed()) return std::nullopt;
  return alert;
}

std::string alert_text(const AlertLine& alert, const AlertStyle& style) {
  std::string severity(event::text(alert.severity));
  for (char& letter : severity)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  std::string out = alert.time.substr(0, sizeof "2026-01-02T03:04:05" - 1) + "Z  ";
  out += style.color ? std::string(colour_of(alert.severity)) + severity + "\x1b[0m" : severity;
  out += "  " + printable(alert.rule) + "  (" + printable(alert.confidence) + " confidence)\n";
  out += wrapped(printable(alert.reason), style.width);
  std::string who;
  if (!alert.executable.empty() || !alert.process.empty())
    who = printable(alert.executable.empty() ? alert.process : alert.executable);
  if (alert.pid != 0) who += (who.empty() ? "pid " : ", pid ") + std::to_string(alert.pid);
  if (!who.empty()) out += wrapped(who, style.width);
  return out;
}

}  // namespace picket::app::cli
