// SPDX-License-Identifier: Apache-2.0
#include "app/cli/doctor_report.h"

#include <algorithm>

#include "base/json_writer.h"
#include "view/text_width.h"

namespace picket::app::cli {
namespace {

constexpr size_t kDetailWidthMin = 24;  // narrower columns of text are not read but counted
constexpr size_t kStateWidth = 7;       // "limited", "missing"

std::string_view mark(CapabilityState state, bool utf8) {
  switch (state) {
    case CapabilityState::kWorks: return utf8 ? "✓" : "+";
    case CapabilityState::kLimited: return "!";
    case CapabilityState::kMissing: return utf8 ? "✗" : "x";
  }
  return "?";
}

std::string_view color_of(CapabilityState state) {
  switch (state) {
    case CapabilityState::kWorks: return "\x1b[32m";
    case CapabilityState::kLimited: return "\x1b[33m";
    case CapabilityState::kMissing: return "\x1b[31m";
  }
  return {};
}

// `text` folded between words into lines that begin after `indent` columns; the first of them
// follows what is on the line already. A word longer than the line keeps its length: paths and
// commands are there to be copied.
void append_folded(std::string& out, std::string_view text, size_t indent, size_t width) {
  const size_t room =
      width == 0 ? SIZE_MAX : std::max(kDetailWidthMin, width - std::min(width, indent));
  size_t taken = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const size_t columns = view::display_width(word);
    if (taken > 0 && taken + 1 + columns > room) {
      out += '\n';
      out.append(indent, ' ');
      taken = 0;
    } else if (taken > 0) {
      out += ' ';
      ++taken;
    }
    out += word;
    taken += columns;
  }
  out += '\n';
}

void append_capability(std::string& out, const Capability& capability, size_t name_width,
                       const ReportStyle& style) {
  const std::string state = std::string(mark(capability.state, style.utf8)) + " " +
                            view::pad_right(std::string(text(capability.state)), kStateWidth);
  if (style.color)
    out.append(color_of(capability.state)).append(state).append("\x1b[0m");
  else
    out += state;
  out += "  " + view::pad_right(view::terminal_text(capability.name), name_width) + "  ";
  const size_t indent = 2 + kStateWidth + 2 + name_width + 2;
  append_folded(out, view::terminal_text(capability.detail), indent, style.width);
  if (capability.fix.empty() || capability.state == CapabilityState::kWorks) return;
  out.append(indent, ' ');
  const std::string_view arrow = style.utf8 ? "→ " : "> ";
  out += arrow;
  append_folded(out, view::terminal_text(capability.fix), indent + 2, style.width);
}

size_t count(std::span<const Capability> capabilities, CapabilityState state) {
  return static_cast<size_t>(std::ranges::count(capabilities, state, &Capability::state));
}

std::string made_verdict(std::span<const Capability> capabilities) {
  const size_t limited = count(capabilities, CapabilityState::kLimited);
  const size_t missing = count(capabilities, CapabilityState::kMissing);
  if (limited + missing == 0) return "Everything works here.";
  const auto part = [](size_t number, std::string_view what) {
    return std::to_string(number) + " " + std::string(what);
  };
  if (missing == 0) return "Works with limits: " + part(limited, "limited") + ".";
  if (limited == 0) return "Not everything works: " + part(missing, "missing") + ".";
  return "Not everything works: " + part(limited, "limited") + ", " + part(missing, "missing") +
         ".";
}

}  // namespace

std::string_view text(CapabilityState state) {
  switch (state) {
    case CapabilityState::kWorks: return "works";
    case CapabilityState::kLimited: return "limited";
    case CapabilityState::kMissing: return "missing";
  }
  return "missing";
}

CapabilityState overall(std::span<const Capability> capabilities) {
  CapabilityState worst = CapabilityState::kWorks;
  for (const Capability& capability : capabilities) worst = std::max(worst, capability.state);
  return worst;
}

std::string doctor_text(std::span<const Capability> capabilities, std::string_view verdict,
                        const ReportStyle& style) {
  size_t name_width = 0;
  for (const Capability& capability : capabilities)
    name_width = std::max(name_width, view::display_width(view::terminal_text(capability.name)));
  std::string out;
  for (const Capability& capability : capabilities)
    append_capability(out, capability, name_width, style);
  if (!capabilities.empty()) out += '\n';
  const std::string sentence =
      verdict.empty() ? made_verdict(capabilities) : view::terminal_text(verdict);
  out += std::string(mark(overall(capabilities), style.utf8)) + " ";
  append_folded(out, sentence, 2, style.width);
  return out;
}

std::string doctor_json(std::span<const Capability> capabilities, std::string_view verdict) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "doctor").member("overall", text(overall(capabilities)));
  json.member("verdict", verdict.empty() ? made_verdict(capabilities) : std::string(verdict));
  json.key("capabilities").begin_array();
  for (const Capability& capability : capabilities) {
    json.begin_object().member("name", capability.name).member("state", text(capability.state));
    json.member("detail", capability.detail).member_if("fix", capability.fix).end_object();
  }
  json.end_array().end_object();
  out += '\n';
  return out;
}

ExitCode doctor_exit_code(std::span<const Capability> capabilities) {
  return overall(capabilities) == CapabilityState::kWorks ? kExitDone : kExitFound;
}

}  // namespace picket::app::cli
