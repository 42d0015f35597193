// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/analyze/summary_text.h"
#include "incident/incident.h"

// A report for people who were not there: incidents with what to do, findings, a timeline, what was
// read. One file that needs nothing else: no script, no picture, nothing from elsewhere. Every text
// from an input is made printable and escaped. The same input gives the same report but for the
// time that reading took. Pure functions.
namespace picket::app::analyze {

struct ReportContent {
  const Account& account;
  const Summary& summary;
  const std::vector<incident::Incident>& incidents;
};

// Rows of the timeline; further alerts are counted in its last line.
constexpr size_t kTimelineRowsMax = 2000;
constexpr size_t kReportSubjectsMax = 500;

using WriteText = std::function<void(std::string_view)>;

void write_markdown(const ReportContent& content, const WriteText& write);
void write_html(const ReportContent& content, const WriteText& write);

// Text as it stands in Markdown (CommonMark) outside of code, without starting anything, on one
// line.
std::string markdown_text(std::string_view text);
// Text as it stands between HTML tags and in quoted attributes.
std::string html_text(std::string_view text);

}  // namespace picket::app::analyze
