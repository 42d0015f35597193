// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/data_address.h"

#include "base/ascii.h"

namespace picket::inspect::ftp {

std::optional<Endpoint> host_port(std::string_view text) {
  // A reply may hold other digits ("227 Entering"): six numbers with five commas are the address.
  const size_t open = text.find('(');
  if (open != std::string_view::npos) text.remove_prefix(open + 1);
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  size_t begin = comma;
  while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
  std::string_view rest = text.substr(begin);
  const size_t end = rest.find_first_not_of("0123456789, ");
  rest = rest.substr(0, end);
  uint8_t numbers[6];
  for (uint8_t& number : numbers) {
    const auto value = decimal(trimmed(take_until(rest, ',')), 255);
    if (!value) return std::nullopt;
    number = static_cast<uint8_t>(*value);
  }
  return Endpoint{IpAddress::v4_bytes({numbers[0], numbers[1], numbers[2], numbers[3]}),
                  static_cast<uint16_t>(numbers[4] << 8 | numbers[5])};
}

std::optional<Endpoint> extended_port(std::string_view text) {
  const size_t open = text.find('(');
  if (open != std::string_view::npos) text.remove_prefix(open + 1);
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  const char separator = text.front();
  text.remove_prefix(1);
  take_until(text, separator);  // address family
  const std::string_view address = take_until(text, separator);
  const auto port = decimal(take_until(text, separator), 65535);
  if (!port) return std::nullopt;
  Endpoint out;
  out.port = static_cast<uint16_t>(*port);
  if (!address.empty()) {
    const auto parsed = IpAddress::parse(address);
    if (!parsed) return std::nullopt;
    out.address = *parsed;
  }
  return out;
}

}  // namespace picket::inspect::ftp
