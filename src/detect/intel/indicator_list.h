// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/intel/indicator.h"

// Lists of indicators in the forms people share them in, told apart by content:
//   plain        one value per line; # and ; begin comments; "ja3 HASH" or "ja3,HASH" says the kind
//   CSV          with a header, its line perhaps a comment (abuse.ch), or without
//   STIX 2.1     a bundle; of patterns the subset that names single values (indicator_stix.h)
//   MISP         an event, or a response of several, as JSON; attributes with to_ids
// An entry that cannot be used is a problem with its line (or the JSON's path) and field; the rest
// loads. Pure functions; nothing is fetched.
namespace picket::detect::intel {

constexpr size_t kListBytesMax = size_t{256} * 1024 * 1024;
constexpr size_t kListProblemsMax = 100;  // kept in full; more are only counted

enum class ListFormat : uint8_t { kPlain, kCsv, kStix, kMisp };
std::string_view text(ListFormat format);

struct ListProblem {
  std::string place;  // "line 12", "objects[3].pattern at 17"
  std::string what;
};

struct ListReport {
  std::string source;  // the file's name
  std::string title;   // what the list calls itself, where it says so
  ListFormat format = ListFormat::kPlain;
  uint64_t loaded = 0;
  uint64_t skipped = 0;   // told, but not to be matched: revoked, to_ids false, other kinds
  uint64_t problems = 0;  // not understood
  std::vector<ListProblem> listed;

  void problem(std::string place, std::string what);
};

// Called for each; false: it could not be kept (a bound), counted as skipped.
using OnIndicator = std::function<bool(const Indicator&)>;

// An error only when there is nothing to read: not there, too large, broken JSON (with its offset).
Result<ListReport> read_list(std::string_view content, std::string source,
                             const OnIndicator& on_indicator);
Result<ListReport> read_list_file(const std::string& path, const OnIndicator& on_indicator);

// The parts, for tests and fuzzing.
ListFormat list_format(std::string_view content);
void read_plain(std::string_view content, ListReport& report, const OnIndicator& on_indicator);
void read_csv(std::string_view content, ListReport& report, const OnIndicator& on_indicator);
// False: no JSON, or none of that form; the report says where.
bool read_stix(std::string_view content, ListReport& report, const OnIndicator& on_indicator);
bool read_misp(std::string_view content, ListReport& report, const OnIndicator& on_indicator);

// 2026-01-02T03:04:05.678Z, 2026-01-02 03:04:05, 2026-01-02, 1767323045; nullopt: none of these.
std::optional<WallTime> parse_list_time(std::string_view text);

}  // namespace picket::detect::intel
