// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace picket::detect::intel {
namespace {

// Shorter ones would match a large part of the internet: a mistake in a list, not an indicator.
constexpr uint8_t kPrefixBitsMin4 = 8, kPrefixBitsMin6 = 16;

struct Word {
  std::string_view word;
  IndicatorKind kind;
};
constexpr auto kWords = std::to_array<Word>({
    {"ip", IndicatorKind::kAddress},
    {"ipv4", IndicatorKind::kAddress},
    {"ipv6", IndicatorKind::kAddress},
    {"ip-dst", IndicatorKind::kAddress},
    {"ip-src", IndicatorKind::kAddress},
    {"ip:port", IndicatorKind::kAddress},
    {"ip-dst|port", IndicatorKind::kAddress},
    {"ip-src|port", IndicatorKind::kAddress},
    {"dst_ip", IndicatorKind::kAddress},
    {"src_ip", IndicatorKind::kAddress},
    {"ip_address", IndicatorKind::kAddress},
    {"address", IndicatorKind::kAddress},
    {"ipv4-addr", IndicatorKind::kAddress},
    {"ipv6-addr", IndicatorKind::kAddress},
    {"prefix", IndicatorKind::kPrefix},
    {"cidr", IndicatorKind::kPrefix},
    {"network", IndicatorKind::kPrefix},
    {"domain", IndicatorKind::kDomain},
    {"hostname", IndicatorKind::kDomain},
    {"host", IndicatorKind::kDomain},
    {"fqdn", IndicatorKind::kDomain},
    {"domain-name", IndicatorKind::kDomain},
    {"url", IndicatorKind::kUrl},
    {"uri", IndicatorKind::kUrl},
    {"md5", IndicatorKind::kMd5},
    {"md5_hash", IndicatorKind::kMd5},
    {"sha1", IndicatorKind::kSha1},
    {"sha-1", IndicatorKind::kSha1},
    {"sha1_hash", IndicatorKind::kSha1},
    {"sha256", IndicatorKind::kSha256},
    {"sha-256", IndicatorKind::kSha256},
    {"sha256_hash", IndicatorKind::kSha256},
    {"imphash", IndicatorKind::kImphash},
    {"ja3", IndicatorKind::kJa3},
    {"ja3_md5", IndicatorKind::kJa3},
    {"ja3-fingerprint-md5", IndicatorKind::kJa3},
    {"ja4", IndicatorKind::kJa4},
    {"ja4_fingerprint", IndicatorKind::kJa4},
    {"cert", IndicatorKind::kCertificateSha1},
    {"x509-fingerprint-sha1", IndicatorKind::kCertificateSha1},
    {"certificate", IndicatorKind::kCertificateSha1},
    {"x509-fingerprint-sha256", IndicatorKind::kCertificateSha256},
});

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  // From the start each time: what is left may join to another one. Short texts only.
  for (size_t at = text.find(from); at != text.npos; at = text.find(from))
    text.replace(at, from.size(), to);
}

// hxxp://evil[.]example, evil(.)example, 203[.]0[.]113[.]9
std::string armed(std::string_view text) {
  std::string plain(trimmed(text, " \t\r\n"));
  if (plain.size() > kIndicatorValueMax) return {};
  for (const std::string_view dot : {"[.]", "(.)", "[dot]", "{.}"}) replace_all(plain, dot, ".");
  replace_all(plain, "[:]", ":");
  const bool disarmed_scheme = plain.starts_with("hxxp://") || plain.starts_with("hxxps://") ||
                               plain.starts_with("hXXp://") || plain.starts_with("hXXps://");
  if (disarmed_scheme) plain.replace(1, 2, "tt");
  return plain;
}

bool hexadecimal(std::string_view text, size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
         });
}

// A name of at least two labels (RFC 1035 lengths, underscores allowed); empty: it is none.
std::string domain_key(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253 || text.find('.') == text.npos) return {};
  size_t label = 0;
  for (const char c : text) {
    const bool fits = (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
                      c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (c == '.' ? label == 0 : !fits) return {};
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return {};
  }
  // The last label of a name is not a number: that would be an address gone wrong.
  const std::string_view last = text.substr(text.rfind('.') + 1);
  if (std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; })) return {};
  return ascii_lowered(text);
}

bool useful(const IpAddress& address) {
  return !address.is_unspecified() && !address.is_loopback() && !address.is_broadcast();
}

// 203.0.113.9, 203.0.113.9:443, 203.0.113.9|443, [2001:db8::1]:443
std::optional<Indicator> address_indicator(std::string_view text) {
  Indicator indicator{IndicatorKind::kAddress, {}, 0, {}, {}, {}};
  std::string_view host = text, port;
  if (!IpAddress::parse(text)) {
    const size_t at = text.find_last_of(":|");
    if (at == text.npos) return std::nullopt;
    host = text.substr(0, at);
    port = text.substr(at + 1);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), indicator.port);
    if (error != std::errc{} || end != port.data() + port.size() || port.empty())
      return std::nullopt;
  }
  const auto address = IpAddress::parse(host);
  if (!address || !useful(*address)) return std::nullopt;
  indicator.value = address->text();
  return indicator;
}

std::optional<Indicator> prefix_indicator(std::string_view text) {
  const auto prefix = Prefix::parse(text);
  if (!prefix || prefix->length < (prefix->address.is_v4() ? kPrefixBitsMin4 : kPrefixBitsMin6))
    return std::nullopt;
  return Indicator{
      IndicatorKind::kPrefix, masked(prefix->address, prefix->length).text(), 0, {}, {}, {}};
}

// host, host:port, [v6] or [v6]:port, and nothing that would read as another URL.
bool authority(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == host.npos || !IpAddress::parse(host.substr(1, end - 1))) return false;
    host.remove_prefix(end + 1);
    if (host.empty()) return true;
  } else {
    const size_t end = std::min(host.find(':'), host.size());
    const auto fits = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    if (end == 0 || !std::ranges::all_of(host.substr(0, end), fits)) return false;
    host.remove_prefix(end);
    if (host.empty()) return true;
  }
  host.remove_prefix(1);
  return !host.empty() && host.size() <= 5 &&
         std::ranges::all_of(host, [](char c) { return c >= '0' && c <= '9'; });
}

size_t digits_of(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kSha1:
    case IndicatorKind::kCertificateSha1: return 40;
    case IndicatorKind::kSha256:
    case IndicatorKind::kCertificateSha256: return 64;
    default: return 32;
  }
}

}  // namespace

std::string_view text(IndicatorKind kind) {
  static constexpr std::string_view kTexts[] = {
      "address", "prefix", "domain",           "url",
      "md5",     "sha1",   "sha256",           "imphash",
      "ja3",     "ja4",    "certificate sha1", "certificate sha256"};
  return kTexts[static_cast<size_t>(kind)];
}

std::optional<IndicatorKind> parse_kind(std::string_view word) {
  const std::string small = ascii_lowered(word);
  const auto found = std::ranges::find(kWords, std::string_view(small), &Word::word);
  return found == kWords.end() ? std::nullopt : std::optional(found->kind);
}

Prefix masked(const IpAddress& address, uint8_t length) {
  std::array<uint8_t, 16> bytes = address.bytes();
  const unsigned kept = length + (address.is_v4() ? 96u : 0u);
  for (unsigned bit = kept; bit < 128; ++bit)
    bytes[bit / 8] &= static_cast<uint8_t>(~(0x80u >> bit % 8));
  return {IpAddress::v6_bytes(bytes.data()), length};
}

std::string url_key(std::string_view url) {
  std::string_view rest = url;
  std::string_view own_port;
  const size_t scheme = rest.find("://");
  if (scheme != rest.npos && scheme + 1 == rest.find_first_of("/?#")) {
    const std::string name = ascii_lowered(rest.substr(0, scheme));
    own_port = name == "http" ? ":80" : name == "https" ? ":443" : name == "ftp" ? ":21" : "";
    rest.remove_prefix(scheme + 3);
  }
  rest = rest.substr(0, rest.find('#'));
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string host = ascii_lowered(rest.substr(0, path));
  if (const size_t user = host.rfind('@'); user != host.npos) host.erase(0, user + 1);
  if (!own_port.empty() && host.ends_with(own_port)) host.resize(host.size() - own_port.size());
  if (!authority(host)) return {};
  std::string key =
      host + (path == rest.size() || rest[path] != '/' ? "/" : "") + std::string(rest.substr(path));
  return key.size() > kIndicatorValueMax ? std::string{} : key;
}

std::optional<Indicator> make_indicator(IndicatorKind kind, std::string_view raw) {
  const std::string value = armed(raw);
  if (value.empty()) return std::nullopt;
  Indicator indicator{kind, {}, 0, {}, {}, {}};
  switch (kind) {
    case IndicatorKind::kAddress:
    case IndicatorKind::kPrefix:
      return value.find('/') == value.npos ? address_indicator(value) : prefix_indicator(value);
    case IndicatorKind::kDomain:
      // Lists of hosts hold addresses, too.
      if (auto address = address_indicator(value)) return address;
      indicator.value = domain_key(value);
      break;
    case IndicatorKind::kUrl: indicator.value = url_key(value); break;
    case IndicatorKind::kJa4:
      if (std::ranges::count(value, '_') == 2) indicator.value = ascii_lowered(value);
      break;
    default: {
      std::string digits = ascii_lowered(value);
      std::erase(digits, ':');
      if (hexadecimal(digits, digits_of(kind))) indicator.value = std::move(digits);
    }
  }
  if (indicator.value.empty()) return std::nullopt;
  return indicator;
}

std::optional<Indicator> guess_indicator(std::string_view raw) {
  const std::string value = armed(raw);
  for (const IndicatorKind hash :
       {IndicatorKind::kMd5, IndicatorKind::kSha1, IndicatorKind::kSha256})
    if (hexadecimal(value, digits_of(hash))) return make_indicator(hash, value);
  if (value.find("://") != value.npos) return make_indicator(IndicatorKind::kUrl, value);
  if (auto address = make_indicator(IndicatorKind::kAddress, value)) return address;
  if (value.find('/') != value.npos) return make_indicator(IndicatorKind::kUrl, value);
  return make_indicator(IndicatorKind::kDomain, value);
}

}  // namespace picket::detect::intel
