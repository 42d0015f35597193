// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/ascii.h"
#include "detect/suricata/rule.h"
#include "detect/suricata/text.h"
#include "detect/suricata/threshold.h"

namespace picket::detect::suricata {
namespace {

using Kind = ThresholdRule::Kind;
using Track = ThresholdRule::Track;
using Words = std::map<std::string, std::string, std::less<>>;

// "track by_src, count 5": pairs of a name and the rest of the piece.
Words read_words(std::string_view text) {
  Words words;
  for (std::string_view piece : split_outside_brackets(text, ',')) {
    piece = trimmed(piece);
    size_t space = piece.find_first_of(" \t:");
    std::string_view value =
        space == std::string_view::npos ? std::string_view() : trimmed(piece.substr(space + 1));
    words[ascii_lowered(piece.substr(0, space))] = value;
  }
  return words;
}

template <typename T>
Result<T> choose(const Words& words, std::string_view name,
                 std::initializer_list<std::pair<std::string_view, T>> choices) {
  auto found = words.find(name);
  std::string expected;
  for (auto& [word, value] : choices) {
    if (found != words.end() && same_ignoring_case(found->second, word)) return value;
    expected += (expected.empty() ? "" : ", ") + std::string(word);
  }
  return failure("expected " + std::string(name) + " to be one of " + expected);
}

Result<uint32_t> number(const Words& words, std::string_view name) {
  auto found = words.find(name);
  std::optional<uint32_t> value =
      found == words.end() ? std::nullopt : parse_number<uint32_t>(found->second);
  if (!value) return failure("expected a number for " + std::string(name));
  return *value;
}

Result<Track> read_track(const Words& words) {
  return choose<Track>(words, "track",
                       {{"by_src", Track::kSource},
                        {"by_dst", Track::kDestination},
                        {"by_both", Track::kBoth},
                        {"by_rule", Track::kRule},
                        {"by_flow", Track::kFlow},
                        {"by_either", Track::kEither}});
}

Result<ThresholdRule> read_suppress(const Words& words, const Variables& variables) {
  ThresholdRule rule;
  rule.kind = Kind::kSuppress;
  rule.track = Track::kEither;
  if (!words.contains("track")) return rule;
  TRY_ASSIGN(rule.track, read_track(words));
  auto ip = words.find("ip");
  if (ip == words.end()) return failure("expected ip after track");
  rule.any_address = false;
  TRY_ASSIGN(rule.addresses, parse_addresses(ip->second, variables));
  return rule;
}

Result<ThresholdRule> read_rate(const Words& words) {
  ThresholdRule rule;
  rule.kind = Kind::kRate;
  TRY_ASSIGN(rule.track, read_track(words));
  TRY_ASSIGN(rule.count, number(words, "count"));
  TRY_ASSIGN(rule.seconds, number(words, "seconds"));
  TRY_ASSIGN(rule.timeout, number(words, "timeout"));
  TRY_ASSIGN(Action action, choose<Action>(words, "new_action",
                                           {{"alert", Action::kAlert},
                                            {"drop", Action::kDrop},
                                            {"pass", Action::kPass},
                                            {"reject", Action::kReject}}));
  rule.new_action = static_cast<uint8_t>(action);
  return rule;
}

}  // namespace

Result<ThresholdRule> parse_threshold(std::string_view text, bool detection_filter) {
  Words words = read_words(text);
  ThresholdRule rule;
  rule.kind = Kind::kDetectionFilter;
  if (!detection_filter) {
    TRY_ASSIGN(rule.kind, choose<Kind>(words, "type",
                                       {{"limit", Kind::kLimit},
                                        {"threshold", Kind::kThreshold},
                                        {"both", Kind::kBoth},
                                        {"backoff", Kind::kBackoff}}));
  }
  TRY_ASSIGN(rule.track, read_track(words));
  TRY_ASSIGN(rule.count, number(words, "count"));
  if (rule.kind == Kind::kBackoff) {
    TRY_ASSIGN(rule.multiplier, number(words, "multiplier"));
  } else {
    TRY_ASSIGN(rule.seconds, number(words, "seconds"));
  }
  if (words.contains("unique_on")) {
    TRY_ASSIGN(rule.unique, choose<ThresholdRule::Unique>(
                                words, "unique_on",
                                {{"src_port", ThresholdRule::Unique::kSourcePort},
                                 {"dst_port", ThresholdRule::Unique::kDestinationPort}}));
  }
  if (rule.count == 0 && !detection_filter) return failure("count must be at least 1");
  return rule;
}

Result<void> ThresholdConfig::read_line(std::string_view line, const Variables& variables) {
  size_t space = line.find_first_of(" \t");
  std::string_view command = line.substr(0, space);
  Words words =
      read_words(space == std::string_view::npos ? std::string_view() : line.substr(space));
  Entry entry{};
  TRY_ASSIGN(entry.gid, number(words, "gen_id"));
  TRY_ASSIGN(entry.sid, number(words, "sig_id"));
  Result<ThresholdRule> rule =
      failure("expected threshold, event_filter, rate_filter or suppress, found \"" +
              std::string(command) + "\"");
  if (command == "suppress")
    rule = read_suppress(words, variables);
  else if (command == "rate_filter")
    rule = read_rate(words);
  else if (command == "threshold" || command == "event_filter")
    rule = parse_threshold(line.substr(space), false);
  if (!rule) return std::unexpected(rule.error());
  entry.rule = std::make_unique<ThresholdRule>(std::move(*rule));
  entries_.push_back(std::move(entry));
  return {};
}

std::vector<std::string> ThresholdConfig::read(std::string_view content,
                                               const Variables& variables) {
  std::vector<std::string> problems;
  std::string joined;
  size_t number = 0;
  while (!content.empty()) {
    size_t end = content.find('\n');
    std::string_view line = trimmed(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    ++number;
    if (joined.empty() && (line.empty() || line[0] == '#')) continue;
    bool goes_on = !line.empty() && line.back() == '\\';
    joined += goes_on ? line.substr(0, line.size() - 1) : line;
    if (goes_on && !content.empty()) continue;
    if (auto read = read_line(joined, variables); !read)
      problems.push_back(std::to_string(number) + ": " + read.error().message);
    joined.clear();
  }
  return problems;
}

std::vector<const ThresholdRule*> ThresholdConfig::find(uint32_t gid, uint32_t sid) const {
  std::vector<const ThresholdRule*> found;
  for (const Entry& entry : entries_)
    if ((entry.gid == 0 || entry.gid == gid) && (entry.sid == 0 || entry.sid == sid))
      found.push_back(entry.rule.get());
  return found;
}

}  // namespace picket::detect::suricata
