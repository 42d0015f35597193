// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator_list.h"

#include <charconv>
#include <filesystem>
#include <fstream>

namespace picket::detect::intel {
namespace {

std::string_view without_bom(std::string_view content) {
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  return content;
}

bool looks_like_csv(std::string_view content) {
  // The first line that is no comment has separators, and more than "kind,value".
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    if (line.empty() || line == "\r" || line.front() == '#' || line.front() == ';') continue;
    const size_t comma = line.find(',');
    if (comma == line.npos) return line.front() == '"';
    return line.find(',', comma + 1) != line.npos || !parse_kind(line.substr(0, comma)) ||
           line.front() == '"' ||
           // A header of two columns: its second is no indicator.
           !make_indicator(*parse_kind(line.substr(0, comma)), line.substr(comma + 1));
  }
  return false;
}

}  // namespace

std::string_view text(ListFormat format) {
  static constexpr std::string_view kTexts[] = {"plain list", "CSV", "STIX 2.1", "MISP JSON"};
  return kTexts[static_cast<size_t>(format)];
}

void ListReport::problem(std::string place, std::string what) {
  if (++problems <= kListProblemsMax) listed.push_back({std::move(place), std::move(what)});
}

ListFormat list_format(std::string_view content) {
  content = without_bom(content);
  const size_t first = content.find_first_not_of(" \t\r\n");
  if (first != content.npos && (content[first] == '{' || content[first] == '[')) {
    // A STIX bundle says so near its begin, but members come in any order: look at all of it.
    const bool stix = content.find("\"spec_version\"") != content.npos ||
                      content.find("\"pattern_type\"") != content.npos ||
                      content.find("\"bundle--") != content.npos;
    const bool misp =
        content.find("\"Attribute\"") != content.npos || content.find("\"to_ids\"") != content.npos;
    return misp && !stix ? ListFormat::kMisp : ListFormat::kStix;
  }
  return looks_like_csv(content) ? ListFormat::kCsv : ListFormat::kPlain;
}

std::optional<WallTime> parse_list_time(std::string_view text) {
  std::string iso(text);
  if (iso.size() >= 19 && iso[10] == ' ') iso[10] = 'T';
  if (iso.ends_with(" UTC")) iso.resize(iso.size() - 4);
  if (iso.ends_with("+00:00")) iso.resize(iso.size() - 6);
  if (iso.size() == 10 && iso[4] == '-') iso += "T00:00:00";
  if (iso.size() >= 19 && !iso.ends_with('Z')) iso += 'Z';
  if (auto time = parse_rfc3339(iso)) return time;
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr int64_t kSecondsMax = 9'000'000'000;
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
      seconds > kSecondsMax)
    return std::nullopt;
  return WallTime{seconds * static_cast<int64_t>(kNsPerSecond)};
}

Result<ListReport> read_list(std::string_view content, std::string source,
                             const OnIndicator& on_indicator) {
  if (content.size() > kListBytesMax)
    return failure(source + ": larger than " + std::to_string(kListBytesMax >> 20) + " MiB",
                   "split the list");
  ListReport report;
  report.source = std::move(source);
  content = without_bom(content);
  report.format = list_format(content);
  const OnIndicator counted = [&](const Indicator& indicator) {
    const bool kept = on_indicator(indicator);
    ++(kept ? report.loaded : report.skipped);
    return kept;
  };
  switch (report.format) {
    case ListFormat::kPlain: read_plain(content, report, counted); break;
    case ListFormat::kCsv: read_csv(content, report, counted); break;
    case ListFormat::kStix:
      if (!read_stix(content, report, counted))
        return failure(report.source + ": " + report.listed.back().place + ": " +
                       report.listed.back().what);
      break;
    case ListFormat::kMisp:
      if (!read_misp(content, report, counted))
        return failure(report.source + ": " + report.listed.back().place + ": " +
                       report.listed.back().what);
      break;
  }
  return report;
}

Result<ListReport> read_list_file(const std::string& path, const OnIndicator& on_indicator) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return failure("cannot read the list " + path + ": " + error.message());
  if (size > kListBytesMax)
    return failure(path + ": larger than " + std::to_string(kListBytesMax >> 20) + " MiB",
                   "split the list");
  std::ifstream in(path, std::ios::binary);
  std::string content(size, '\0');
  if (!in.read(content.data(), static_cast<std::streamsize>(size)))
    return failure("cannot read the list " + path);
  return read_list(content, path, on_indicator);
}

}  // namespace picket::detect::intel
