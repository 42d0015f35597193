// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "event/alert.h"

// An alert line of the agent (docs/formats/alerts.md) as people read it. Pure functions.
namespace picket::app::cli {

// What of an alert is shown in a list. Text as it came: printable() it.
struct AlertLine {
  event::Severity severity = event::Severity::kInformational;
  std::string time, confidence, rule, reason, host;
  std::string process, executable;
  uint32_t pid = 0;
};

// nullopt: the line is no alert.
std::optional<AlertLine> parse_alert_line(std::string_view json);

struct AlertStyle {
  size_t width = 0;  // 0: no limit
  bool color = false;
};
// Two lines or more: when, how bad, how sure, which rule; then the reason, wrapped and indented.
std::string alert_text(const AlertLine& alert, const AlertStyle& style);

}  // namespace picket::app::cli
