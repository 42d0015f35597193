// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/log_values.h"

#include <cmath>

#include "base/ascii.h"

namespace picket::detect::evidence {
namespace {

bool inside(const IpAddress& address) {
  return address.is_private() || address.is_link_local() || address.is_loopback();
}

}  // namespace

std::string_view text_of(const event::LogRecord& record, std::string_view name) {
  const event::LogField* field = record.find(name);
  return field == nullptr ? std::string_view{} : field->value;
}

std::vector<std::string> list_of(const event::LogRecord& record, std::string_view name) {
  std::vector<std::string> list;
  for (const event::LogField& field : record.fields())
    if (field.name == name && !field.value.empty()) list.emplace_back(field.value);
  return list;
}

std::optional<bool> boolean_of(const event::LogRecord& record, std::string_view name) {
  const std::string_view text = text_of(record, name);
  if (text == "true" || text == "T") return true;
  if (text == "false" || text == "F") return false;
  return std::nullopt;
}

std::optional<double> decimal_of(const event::LogRecord& record, std::string_view name) {
  const std::string_view text = text_of(record, name);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<IpAddress> address_of(const event::LogRecord& record, std::string_view name) {
  return IpAddress::parse(text_of(record, name));
}

std::optional<Endpoint> endpoint_of(const event::LogRecord& record, std::string_view address,
                                    std::string_view port) {
  const std::optional<IpAddress> parsed = address_of(record, address);
  if (!parsed) return std::nullopt;
  return Endpoint{*parsed, number_of<uint16_t>(record, port).value_or(0)};
}

event::Transport transport_of(std::string_view protocol) {
  const std::string folded = folded_name(protocol);
  if (folded == "tcp") return event::Transport::kTcp;
  if (folded == "udp") return event::Transport::kUdp;
  if (folded == "icmp" || folded == "ipv6-icmp" || folded == "icmp6")
    return event::Transport::kIcmp;
  return event::Transport::kOther;
}

std::string folded_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string folded(name);
  for (char& c : folded) c = ascii_lower(c);
  return folded;
}

std::string host_of_authority(std::string_view authority) {
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    return folded_name(end == authority.npos ? authority : authority.substr(1, end - 1));
  }
  const size_t colon = authority.find(':');
  const bool one_colon =
      colon != authority.npos && authority.find(':', colon + 1) == authority.npos;
  return folded_name(one_colon ? authority.substr(0, colon) : authority);
}

std::string folded_digest(std::string_view digest) {
  std::string folded;
  for (const char c : digest) {
    const char low = ascii_lower(c);
    if ((low >= '0' && low <= '9') || (low >= 'a' && low <= 'f')) folded += low;
  }
  return folded;
}

void swap_counts(event::ConnectionMade& made) {
  std::swap(made.bytes_out, made.bytes_in);
  std::swap(made.packets_out, made.packets_in);
}

bool said_to_proxy(std::string_view method, std::string_view target) {
  return method == "CONNECT" || target.starts_with("http://") || target.starts_with("https://");
}

Sides sides_of(const Endpoint& client, const Endpoint& server, std::optional<bool> client_inside,
               std::optional<bool> server_inside) {
  const bool from_inside = client_inside.value_or(inside(client.address));
  const bool to_inside = server_inside.value_or(inside(server.address)) ||
                         server.address.is_multicast() || server.address.is_broadcast();
  Sides sides;
  sides.swapped = to_inside && !from_inside;
  sides.local = sides.swapped ? server : client;
  sides.remote = sides.swapped ? client : server;
  if (from_inside || to_inside) sides.outbound = !sides.swapped;
  return sides;
}

}  // namespace picket::detect::evidence
