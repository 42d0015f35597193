// SPDX-License-Identifier: Apache-2.0
#include "inspect/host_name.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace picket::inspect {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_label_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kHostLabelMax && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), is_label_char);
}

// An empty port ("example.com:") is allowed by RFC 3986 and means the default.
bool parse_port(std::string_view digits, Authority& authority) {
  if (digits.empty()) return true;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || value > 0xffff) return false;
  authority.port = static_cast<uint16_t>(value);
  return true;
}

std::optional<Authority> parse_bracketed(std::string_view text) {
  const size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view inner = text.substr(1, close - 1);
  const std::string_view rest = text.substr(close + 1);
  if (inner.find(':') == std::string_view::npos) return std::nullopt;
  Authority authority;
  authority.address = IpAddress::parse(inner);
  if (!authority.address) return std::nullopt;
  if (!rest.empty() && (rest.front() != ':' || !parse_port(rest.substr(1), authority)))
    return std::nullopt;
  authority.host = authority.address->text();
  return authority;
}

}  // namespace

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > kHostNameMax) return false;
  std::string_view label;
  for (size_t begin = 0; begin <= name.size(); begin += label.size() + 1) {
    label = name.substr(begin, name.find('.', begin) - begin);
    if (!is_label(label)) return false;
  }
  return !std::all_of(label.begin(), label.end(), is_digit);
}

std::optional<Authority> parse_authority(std::string_view text) {
  if (!text.empty() && text.front() == '[') return parse_bracketed(text);
  Authority authority;
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && !parse_port(text.substr(colon + 1), authority))
    return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 1 && host.back() == '.') {
    authority.trailing_dot = true;
    host.remove_suffix(1);
  }
  if (is_host_name(host)) {
    authority.host = ascii_lowered(host);
    return authority;
  }
  authority.address = IpAddress::parse(host);
  if (!authority.address) return std::nullopt;
  authority.host = authority.address->text();
  return authority;
}

}  // namespace picket::inspect
