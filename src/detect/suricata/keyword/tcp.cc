// SPDX-License-Identifier: Apache-2.0
// Keywords about TCP and UDP headers and checksums.
#include "detect/suricata/keyword/header_number.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

using packet::Packet;

// flags:[!|*|+]FSRPAUCE120[,ignored]
class TcpFlagsCheck final : public PacketCheck {
 public:
  TcpFlagsCheck(uint8_t flags, uint8_t ignored, char mode)
      : flags_(flags), ignored_(ignored), mode_(mode) {}
  bool matches(MatchScope& scope) const override {
    if (!scope.packet().is_tcp() || scope.packet().carrier == packet::Carrier::kStreamEnd)
      return false;
    unsigned seen = scope.packet().tcp.flags & ~static_cast<unsigned>(ignored_);
    switch (mode_) {
      case '+': return (seen & flags_) == flags_;
      case '*': return (seen & flags_) != 0;
      case '!': return (seen & flags_) != flags_;
      default: return seen == flags_;
    }
  }

 private:
  uint8_t flags_, ignored_;
  char mode_;
};

Result<uint8_t> read_flags(std::string_view text) {
  unsigned flags = 0;
  for (char c : text) {
    switch (c) {
      case 'F':
      case 'f': flags |= packet::tcp_flag::kFin; break;
      case 'S':
      case 's': flags |= packet::tcp_flag::kSyn; break;
      case 'R':
      case 'r': flags |= packet::tcp_flag::kRst; break;
      case 'P':
      case 'p': flags |= packet::tcp_flag::kPsh; break;
      case 'A':
      case 'a': flags |= packet::tcp_flag::kAck; break;
      case 'U':
      case 'u': flags |= packet::tcp_flag::kUrg; break;
      case 'C':
      case 'c':
      case '1': flags |= packet::tcp_flag::kCwr; break;
      case 'E':
      case 'e':
      case '2': flags |= packet::tcp_flag::kEce; break;
      case '0': break;
      default:
        return failure("expected TCP flags F S R P A U C E or 0, found \"" + std::string(1, c) +
                       "\"");
    }
  }
  return static_cast<uint8_t>(flags);
}

Result<void> parse_tcp_flags(RuleBuilder& rule, const RuleOption& option) {
  size_t comma = option.value.find(',');
  std::string_view text = trimmed(option.value.substr(0, comma));
  char mode = '=';
  if (!text.empty() && (text[0] == '!' || text[0] == '*' || text[0] == '+')) {
    mode = text[0];
    text.remove_prefix(1);
  } else if (!text.empty() && (text.back() == '!' || text.back() == '*' || text.back() == '+')) {
    mode = text.back();
    text.remove_suffix(1);
  }
  if (text.empty()) return failure("expected TCP flags");
  TRY_ASSIGN(uint8_t flags, read_flags(text));
  uint8_t ignored = 0;
  if (comma != std::string_view::npos) {
    TRY_ASSIGN(ignored, read_flags(trimmed(option.value.substr(comma + 1))));
  }
  rule.add_packet_check(rule.arena().make<TcpFlagsCheck>(flags, ignored, mode), true);
  return {};
}

std::optional<int64_t> seq(const Packet& p) { return number_if(p, p.is_tcp(), p.tcp.seq); }
std::optional<int64_t> ack(const Packet& p) { return number_if(p, p.is_tcp(), p.tcp.ack); }
std::optional<int64_t> window(const Packet& p) { return number_if(p, p.is_tcp(), p.tcp.window); }
std::optional<int64_t> mss(const Packet& p) {
  return number_if(p, p.is_tcp() && p.tcp.has_mss, p.tcp.mss);
}
std::optional<int64_t> window_scale(const Packet& p) {
  return number_if(p, p.is_tcp() && p.tcp.has_window_scale, p.tcp.window_scale);
}

// ipv4-csum, tcpv4-csum...: a packet of that kind whose checksum is (in)valid.
class ChecksumCheck final : public PacketCheck {
 public:
  ChecksumCheck(uint8_t version, uint8_t protocol, bool valid)
      : version_(version), protocol_(protocol), valid_(valid) {}
  bool matches(MatchScope& scope) const override {
    const Packet& p = scope.packet();
    if (p.ip_version != version_ ||
        (protocol_ != 0 && (!p.has_transport || p.protocol != protocol_)))
      return false;
    packet::Checksum sum = protocol_ == 0 ? p.ip_checksum : p.transport_checksum;
    return valid_ ? sum == packet::Checksum::kGood : sum == packet::Checksum::kBad;
  }

 private:
  uint8_t version_, protocol_;
  bool valid_;
};

template <uint8_t Version, uint8_t Protocol>
Result<void> parse_checksum(RuleBuilder& rule, const RuleOption& option) {
  auto value = unquote(option.value);
  if (!value || (value->text != "valid" && value->text != "invalid"))
    return failure("expected valid or invalid");
  rule.add_packet_check(rule.arena().make<ChecksumCheck>(Version, Protocol, value->text == "valid"),
                        true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"tcp.flags", "flags", State::kFull,
     "TCP flags: exactly these, + these and others, * any, ! not these.", "tcp.flags:S,CE;", "",
     parse_tcp_flags},
    {"tcp.seq", "seq", State::kFull, "TCP sequence number.", "tcp.seq:0;", "",
     parse_header_number<seq>},
    {"tcp.ack", "ack", State::kFull, "TCP acknowledgement number.", "tcp.ack:0;", "",
     parse_header_number<ack>},
    {"tcp.window", "window", State::kFull, "TCP window.", "tcp.window:!1024;", "",
     parse_header_number<window>},
    {"tcp.mss", "", State::kFull, "TCP maximum segment size option.", "tcp.mss:<536;", "",
     parse_header_number<mss>},
    {"tcp.wscale", "", State::kFull, "TCP window scale option.", "tcp.wscale:>10;", "",
     parse_header_number<window_scale>},
    {"ipv4-csum", "", State::kFull, "IPv4 header checksum.", "ipv4-csum:invalid;", "",
     parse_checksum<4, 0>},
    {"tcpv4-csum", "", State::kFull, "TCP checksum over IPv4.", "tcpv4-csum:invalid;", "",
     parse_checksum<4, 6>},
    {"tcpv6-csum", "", State::kFull, "TCP checksum over IPv6.", "tcpv6-csum:invalid;", "",
     parse_checksum<6, 6>},
    {"udpv4-csum", "", State::kFull, "UDP checksum over IPv4.", "udpv4-csum:invalid;", "",
     parse_checksum<4, 17>},
    {"udpv6-csum", "", State::kFull, "UDP checksum over IPv6.", "udpv6-csum:invalid;", "",
     parse_checksum<6, 17>},
    {"icmpv4-csum", "", State::kFull, "ICMPv4 checksum.", "icmpv4-csum:invalid;", "",
     parse_checksum<4, 1>},
    {"icmpv6-csum", "", State::kFull, "ICMPv6 checksum.", "icmpv6-csum:invalid;", "",
     parse_checksum<6, 58>},
    {"igmp-csum", "", State::kFull, "IGMP checksum.", "igmp-csum:invalid;", "",
     parse_checksum<4, 2>},
};

}  // namespace

Keywords tcp_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
