// SPDX-License-Identifier: Apache-2.0
#include "respond/firewall/rule.h"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace picket::respond::firewall {
namespace {

template <typename T>
struct Word {
  std::string_view text;
  T value;
};

constexpr std::array<Word<Action>, 4> kActions{{{"allow", Action::kAllow},
                                                {"block", Action::kBlock},
                                                {"reject", Action::kReject},
                                                {"log", Action::kLog}}};
constexpr std::array<Word<Direction>, 3> kDirections{
    {{"both", Direction::kBoth}, {"out", Direction::kOut}, {"in", Direction::kIn}}};
constexpr std::array<Word<Mode>, 2> kModes{
    {{"observe", Mode::kObserve}, {"enforce", Mode::kEnforce}}};
constexpr std::array<Word<uint8_t>, 5> kProtocols{
    {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"icmpv6", 58}, {"sctp", 132}}};

template <typename Words, typename T>
std::string_view text_of(const Words& words, T value) {
  const auto found = std::ranges::find(words, value, &Words::value_type::value);
  return found == words.end() ? std::string_view() : found->text;
}
template <typename T, size_t kCount>
std::optional<T> value_of(const std::array<Word<T>, kCount>& words, std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word<T>::text);
  return found == words.end() ? std::nullopt : std::optional<T>(found->value);
}

template <typename T>
std::optional<T> number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string_view action_text(Action action) { return text_of(kActions, action); }
std::optional<Action> parse_action(std::string_view text) { return value_of(kActions, text); }
std::string_view direction_text(Direction direction) { return text_of(kDirections, direction); }
std::optional<Direction> parse_direction(std::string_view text) {
  return value_of(kDirections, text);
}
std::string_view mode_text(Mode mode) { return text_of(kModes, mode); }
std::optional<Mode> parse_mode(std::string_view text) { return value_of(kModes, text); }

std::string protocol_text(uint8_t protocol) {
  const std::string_view name = text_of(kProtocols, protocol);
  return name.empty() ? std::to_string(protocol) : std::string(name);
}
std::optional<uint8_t> parse_protocol(std::string_view text) {
  const auto named = value_of(kProtocols, text);
  return named ? named : number<uint8_t>(text);
}

std::string PortRange::text() const {
  return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
}

std::optional<PortRange> PortRange::parse(std::string_view text) {
  const size_t dash = text.find('-');
  const auto first = number<uint16_t>(text.substr(0, dash));
  const auto last = dash == text.npos ? first : number<uint16_t>(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

std::string digest_text(const Sha256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Sha256> parse_digest(std::string_view text) {
  Sha256 digest{};
  if (text.size() != digest.size() * 2) return std::nullopt;
  for (size_t i = 0; i < digest.size(); ++i) {
    const char* at = text.data() + i * 2;
    const auto [end, error] = std::from_chars(at, at + 2, digest[i], 16);
    if (error != std::errc() || end != at + 2) return std::nullopt;
  }
  return digest;
}

bool Rule::has_operand() const {
  return remote || !list.empty() || !port.any() || protocol || !program.empty() || digest || user ||
         !unit.empty();
}

std::optional<WallTime> Rule::ends() const {
  if (until && confirm_by) return std::min(*until, *confirm_by);
  return until ? until : confirm_by;
}

Rule& RuleSet::add(Rule rule) {
  rule.id = next_id++;
  const auto place =
      std::ranges::upper_bound(rules, std::pair(rule.priority, rule.id), {},
                               [](const Rule& each) { return std::pair(each.priority, each.id); });
  return *rules.insert(place, std::move(rule));
}

void RuleSet::sort() {
  std::ranges::sort(rules, {}, [](const Rule& rule) { return std::pair(rule.priority, rule.id); });
}

const List* RuleSet::find_list(std::string_view name) const {
  const auto found = std::ranges::find(lists, name, &List::name);
  return found == lists.end() ? nullptr : &*found;
}

}  // namespace picket::respond::firewall
