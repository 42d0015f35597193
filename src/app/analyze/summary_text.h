// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/analyze/analysis.h"
#include "app/analyze/summary.h"
#include "incident/incident.h"

// The readable end of an analysis, for a terminal or a file. Every text from an input passes
// printable(). Pure functions.
namespace picket::app::analyze {

struct TextStyle {
  bool color = false;
  bool ascii = false;
};

struct Account {  // of the run, beside what was found
  const AnalysisResult& result;
  const Content& content;
  size_t inputs = 0;
  double seconds = 0;
  event::Severity min_severity = event::Severity::kMedium;
};

// What was found: at most kSubjectsShown processes with kRulesShown rules each.
constexpr size_t kSubjectsShown = 30;
constexpr size_t kRulesShown = 8;
std::string findings_text(const Summary& summary, const Account& account, const TextStyle& style);

// A line per incident, the most urgent first; empty when there is none.
constexpr size_t kIncidentsShown = 10;
std::string incidents_text(const std::vector<incident::Incident>& incidents,
                           const TextStyle& style);

// What was read, not read, lost, and how fast.
constexpr size_t kProblemsShown = 20;
std::string account_text(const Account& account, const TextStyle& style);

// One line per alert at or above the severity, in order of time across all inputs.
std::string timeline_line(const event::Alert& alert, const TextStyle& style);

// "1 alert", "12 alerts"; `noun` takes an s.
std::string counted(uint64_t number, std::string_view noun);

}  // namespace picket::app::analyze
