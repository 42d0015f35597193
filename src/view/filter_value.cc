// SPDX-License-Identifier: Apache-2.0
// The values of a filter's terms: numbers and ranges, addresses and prefixes, words of a
// vocabulary.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "view/filter_term.h"

namespace picket::view {
namespace {

constexpr uint64_t kPortMax = 65'535;
constexpr uint64_t kNumberMax = std::numeric_limits<uint32_t>::max();

struct Word {
  std::string_view word;
  uint64_t value;
};
template <typename Enum>
constexpr uint64_t number(Enum value) {
  return static_cast<uint64_t>(value);
}
constexpr Word kTransports[] = {
    {"tcp", number(event::Transport::kTcp)},       {"udp", number(event::Transport::kUdp)},
    {"icmp", number(event::Transport::kIcmp)},     {"raw", number(event::Transport::kRaw)},
    {"packet", number(event::Transport::kPacket)}, {"other", number(event::Transport::kOther)}};
constexpr Word kStates[] = {{"unknown", number(event::FlowState::kUnknown)},
                            {"open", number(event::FlowState::kOpen)},
                            {"syn_sent", number(event::FlowState::kSynSent)},
                            {"syn_recv", number(event::FlowState::kSynReceived)},
                            {"established", number(event::FlowState::kEstablished)},
                            {"estab", number(event::FlowState::kEstablished)},
                            {"fin_wait1", number(event::FlowState::kFinWait1)},
                            {"fin_wait2", number(event::FlowState::kFinWait2)},
                            {"time_wait", number(event::FlowState::kTimeWait)},
                            {"closed", number(event::FlowState::kClosed)},
                            {"close_wait", number(event::FlowState::kCloseWait)},
                            {"last_ack", number(event::FlowState::kLastAck)},
                            {"listen", number(event::FlowState::kListen)},
                            {"listening", number(event::FlowState::kListen)},
                            {"closing", number(event::FlowState::kClosing)}};
constexpr Word kDirections[] = {
    {"outbound", number(event::Role::kClient)},    {"out", number(event::Role::kClient)},
    {"inbound", number(event::Role::kServer)},     {"in", number(event::Role::kServer)},
    {"listening", number(event::Role::kListener)}, {"listen", number(event::Role::kListener)},
    {"unknown", number(event::Role::kUnknown)}};
constexpr Word kOwners[] = {{"process", number(event::OwnerClass::kProcess)},
                            {"kernel", number(event::OwnerClass::kKernel)},
                            {"none", number(event::OwnerClass::kNone)},
                            {"hidden", number(event::OwnerClass::kHidden)},
                            {"lost", number(event::OwnerClass::kLost)}};

std::optional<uint64_t> whole_number(std::string_view text, uint64_t max) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

bool read_number(std::string_view text, uint64_t max, Alternative& out) {
  const auto value = whole_number(text, max);
  if (!value) return false;
  out.low = out.high = *value;
  out.is_number = true;
  return true;
}

bool read_range(std::string_view text, uint64_t max, Alternative& out) {
  if (read_number(text, max, out)) return true;
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto low = whole_number(text.substr(0, dash), max);
  const auto high = whole_number(text.substr(dash + 1), max);
  if (!low || !high || *low > *high) return false;
  out.low = *low;
  out.high = *high;
  out.is_number = true;
  return true;
}

template <size_t count>
bool read_word(const Word (&words)[count], std::string text, Alternative& out) {
  std::replace(text.begin(), text.end(), '-', '_');
  for (const Word& word : words)
    if (word.word == text) {
      out.low = out.high = word.value;
      return true;
    }
  return false;
}

template <size_t count>
std::string list_of(const Word (&words)[count]) {
  std::string list = "use one of";
  for (const Word& word : words) list.append(1, ' ').append(word.word);
  return list;
}

// 10.0.0.5, 10.0.0.0/8, 10.0.0.5:443, [fd00::1]:443, fd00::/8; or text with wildcards.
bool read_address(const std::string& text, Alternative& out) {
  if (const auto prefix = Prefix::parse(text)) {
    out.prefix = *prefix;
    return out.is_prefix = true;
  }
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    std::string_view address = std::string_view(text).substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
      address = address.substr(1, address.size() - 2);
    const auto parsed = Prefix::parse(address);
    const auto port = whole_number(std::string_view(text).substr(colon + 1), kPortMax);
    if (parsed && port && *port != 0) {
      out.prefix = *parsed;
      out.port = static_cast<uint16_t>(*port);
      return out.is_prefix = true;
    }
  }
  return text.find_first_of("*?") != std::string::npos &&
         text.find_first_not_of("0123456789abcdef.:*?") == std::string::npos;
}

std::unexpected<Error> wrong(const FilterValue& value, std::string_view expected,
                             std::string next) {
  return filter_error(value.offset,
                      "expected " + std::string(expected) + ", found \"" + value.text + "\"",
                      std::move(next));
}

}  // namespace

Result<Alternative> read_value(TermKind kind, std::string_view key, const FilterValue& value) {
  Alternative out;
  out.text = value.text;
  switch (kind) {
    case TermKind::kPort:
    case TermKind::kLocalPort:
    case TermKind::kRemotePort:
      if (!read_range(value.text, kPortMax, out))
        return wrong(value, "a port or a range of ports",
                     "as in port:443, port:80,443 or port:1-1024");
      break;
    case TermKind::kPid:
    case TermKind::kUid:
      if (!read_range(value.text, kNumberMax, out))
        return wrong(value, "a number or a range", "as in " + std::string(key) + ":1234");
      break;
    case TermKind::kAddress:
    case TermKind::kLocal:
    case TermKind::kRemote:
      if (!read_address(value.text, out))
        return wrong(value, "an address or a prefix",
                     "as in addr:10.0.0.5, addr:10.0.0.0/8 or addr:fd00::/8; names go with name:");
      break;
    case TermKind::kTransport:
      if (!read_word(kTransports, value.text, out) && !read_number(value.text, kPortMax, out))
        return wrong(value, "a protocol", list_of(kTransports) + ", or a protocol number");
      break;
    case TermKind::kState:
      if (!read_word(kStates, value.text, out)) return wrong(value, "a state", list_of(kStates));
      break;
    case TermKind::kDirection:
      if (!read_word(kDirections, value.text, out))
        return wrong(value, "a direction", list_of(kDirections));
      break;
    case TermKind::kOwner:
      if (!read_word(kOwners, value.text, out))
        return wrong(value, "a kind of owner", list_of(kOwners));
      break;
    case TermKind::kAsn:
      if (!read_range(value.text, kNumberMax, out) && value.text.starts_with("as"))
        read_number(std::string_view(value.text).substr(2), kNumberMax, out);
      break;
    case TermKind::kUser:
    case TermKind::kNamespace: read_number(value.text, kNumberMax, out); break;
    case TermKind::kWord:
      out.maybe_address =
          value.text.find_first_not_of("0123456789abcdef.:[]*?") == std::string::npos;
      break;
    default: break;
  }
  return out;
}

}  // namespace picket::view
