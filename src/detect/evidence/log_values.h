// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "event/activity.h"
#include "event/log_record.h"
#include "event/vocabulary.h"

// Typed reading of a log record's fields. A field that is missing or does not parse is absent,
// never a default that looks like a value. Pure functions; views live as long as the record's
// fields.
namespace picket::detect::evidence {

// The first field of that name; empty: none, or empty.
std::string_view text_of(const event::LogRecord& record, std::string_view name);
std::vector<std::string> list_of(const event::LogRecord& record, std::string_view name);
std::optional<bool> boolean_of(const event::LogRecord& record, std::string_view name);
std::optional<double> decimal_of(const event::LogRecord& record, std::string_view name);
std::optional<IpAddress> address_of(const event::LogRecord& record, std::string_view name);
// An address and its port; an endpoint without address is absent, one without port has port 0.
std::optional<Endpoint> endpoint_of(const event::LogRecord& record, std::string_view address,
                                    std::string_view port);

template <std::unsigned_integral T>
std::optional<T> number_of(const event::LogRecord& record, std::string_view name) {
  const std::string_view text = text_of(record, name);
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// tcp, UDP, ICMP, IPv6-ICMP...; anything else is kOther.
event::Transport transport_of(std::string_view protocol);

// As names are compared: lower case, no trailing dot.
std::string folded_name(std::string_view name);
// The host of "host:port" or "[v6]:port", folded; the text itself where there is no port.
std::string host_of_authority(std::string_view authority);
// Hexadecimal digits only, lower case: aa:BB:cc becomes aabbcc.
std::string folded_digest(std::string_view digest);

// Which end of a conversation is the machine that is watched: the one inside. Network logs tell of
// two ends and know no machine of their own.
struct Sides {
  Endpoint local, remote;
  std::optional<bool> outbound;  // absent: both or neither end is inside
  bool swapped = false;          // local is the server
};
// `client_inside`, `server_inside`: what the source says; absent: judged by the address.
Sides sides_of(const Endpoint& client, const Endpoint& server,
               std::optional<bool> client_inside = {}, std::optional<bool> server_inside = {});

// For the end that is the server: what the source counted from the client's point of view.
void swap_counts(event::ConnectionMade& made);

// A request said to a proxy: CONNECT, or a target with a scheme (RFC 9112 3.2.2, 3.2.3).
bool said_to_proxy(std::string_view method, std::string_view target);

}  // namespace picket::detect::evidence
