// SPDX-License-Identifier: Apache-2.0
// What a case says of names: ready ones, and bytes from which the product reads them.
#include "case_runner/scripted_sensor.h"
#include "case_runner/wire_words.h"

namespace picket::case_runner {
namespace {

using event::PayloadSeen;
using Wire = std::vector<uint8_t>;

// Exactly one of `message` (words), `hex` and `text`.
Wire read_bytes(MapReader& keys, bool& multicast) {
  std::string words, hex, text;
  const bool has_words = keys.read("message", words);
  const bool has_hex = keys.read("hex", hex);
  const bool has_text = keys.read("text", text);
  if (has_words + has_hex + has_text != 1)
    keys.complaints().add(keys.node(), "expected one of message, hex and text");
  if (has_text) return Wire(text.begin(), text.end());
  if (!has_words && !has_hex) return {};
  const auto wire = has_words ? wire_from_words(words) : wire_from_hex(hex);
  if (!wire) keys.complaints().add(keys.node(), wire.error().message);
  multicast = words.starts_with("mdns ");
  return wire.value_or(Wire());
}

}  // namespace

// A name as inspect would hand it on; `source` is dns unless told.
void ScriptedSensor::name(MapReader& keys) {
  event::NameSeen seen;
  seen.at = read_time(keys);
  keys.require("name");
  keys.read("name", seen.name);
  keys.read("addresses", seen.addresses);
  keys.read("ttl", seen.ttl_s);
  keys.read("cookie", seen.cookie);
  keys.read("netns", seen.network_namespace);
  read_reference(keys, "asker", seen.asker);
  keys.read_word("source", seen.source, [](std::string_view word) {
    return word_of(word, event::NameSource::kMulticastDns);
  });
  pipeline_.take(std::move(seen));
}

// A DNS message that was received, unless `outbound`.
void ScriptedSensor::dns(MapReader& keys) {
  PayloadSeen seen;
  seen.at = read_time(keys);
  read_reference(keys, "asker", seen.owner);
  keys.read("cookie", seen.cookie);
  keys.read("netns", seen.network_namespace);
  keys.read("outbound", seen.outbound);
  keys.read_word("transport", seen.transport, event::parse_transport);
  bool multicast = false;
  Wire bytes = read_bytes(keys, multicast);
  seen.kind = multicast ? PayloadSeen::Kind::kMulticastDns : PayloadSeen::Kind::kDns;
  if (seen.transport == event::Transport::kTcp) {  // RFC 1035 4.2.2: behind its length
    const auto length = static_cast<uint16_t>(bytes.size());
    bytes.insert(bytes.begin(), {static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length)});
  }
  seen.bytes = bytes;
  pipeline_.take(std::move(seen));
}

// The first bytes that the client of a flow sent. What is left out is as the socket steps said.
void ScriptedSensor::first_bytes(MapReader& keys) {
  PayloadSeen seen;
  seen.kind = PayloadSeen::Kind::kClientFirstBytes;
  seen.transport = event::Transport::kTcp;
  seen.at = read_time(keys);
  keys.require("cookie");
  keys.read("cookie", seen.cookie);
  seen.outbound = true;
  if (const auto known = sockets_.find(seen.cookie); known != sockets_.end()) {
    const event::SocketSeen& socket = known->second;
    seen.owner = socket.owner;
    seen.network_namespace = socket.network_namespace;
    seen.transport = socket.transport;
    seen.local = socket.local;
    seen.remote = socket.remote;
    seen.outbound = socket.role == event::Role::kClient;
  }
  keys.read("outbound", seen.outbound);
  keys.read("offset", seen.offset);
  bool multicast = false;
  const Wire bytes = read_bytes(keys, multicast);
  seen.bytes = bytes;
  pipeline_.take(std::move(seen));
}

}  // namespace picket::case_runner
