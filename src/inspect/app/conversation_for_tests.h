// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/app/app_parser.h"

// Drives a parser as the packet pipeline does, for tests: bytes in, transactions kept.
namespace picket::inspect {

class Conversation {
 public:
  explicit Conversation(const ProtocolDescriptor& descriptor, size_t piece = SIZE_MAX)
      : parser(descriptor.make(flow)), piece_(piece) {}
  Conversation(const ProtocolDescriptor& descriptor, const AppSettings& settings) {
    flow.settings = &settings;
    parser = descriptor.make(flow);
  }

  Conversation& say(Direction direction, std::string_view text, bool last = false) {
    for (size_t at = 0; at < text.size();) {
      const size_t take = std::min(piece_, text.size() - at);
      give(direction, text.substr(at, take), last && at + take == text.size());
      at += take;
    }
    return *this;
  }
  Conversation& client(std::string_view text, bool last = false) {
    return say(Direction::kToServer, text, last);
  }
  Conversation& server(std::string_view text, bool last = false) {
    return say(Direction::kToClient, text, last);
  }
  Conversation& end() {
    parser->on_end(flow);
    return *this;
  }

  Transaction& transaction(size_t i = 0) { return *parser->transactions().at(i); }
  size_t count() const { return parser->transactions().size(); }
  std::string text(BufferId id, Direction direction, size_t i = 0, size_t of = 0) {
    const auto bytes = transaction(of).buffer(id, direction, i);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
  }
  bool has_event(std::string_view name, size_t of = 0) {
    const auto& events = transaction(of).events;
    return std::any_of(events.begin(), events.end(),
                       [&](const auto& event) { return event.name == name; });
  }
  std::string eve(size_t of = 0) {
    std::string out;
    JsonWriter writer(out);
    transaction(of).append_eve(writer);
    return out;
  }

  FlowContext flow;
  std::unique_ptr<AppParser> parser;
  bool failed = false;

 private:
  void give(Direction direction, std::string_view text, bool last) {
    std::string& kept = kept_[index(direction)];
    kept += text;
    if (failed || (kept.size() < need_[index(direction)] && !last)) return;
    const std::string exact = kept;
    const ParseResult result = parser->on_data(direction, as_bytes(exact), last, flow);
    failed = result.status == ParseStatus::kFailed;
    kept.erase(0, result.consumed);
    need_[index(direction)] = result.need;
  }

  size_t piece_ = SIZE_MAX;
  std::string kept_[2];
  size_t need_[2] = {0, 0};
};

// The two streams of the first TCP flow in a small classic capture (little-endian, Ethernet or raw
// IPv4, no loss): enough for the recorded tests. first: to the server. Empty: no such file.
inline std::pair<std::string, std::string> streams_of_capture(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::map<uint32_t, std::string> segments[2];
  uint32_t client_port = 0;
  const auto u32 = [&](size_t at) {
    uint32_t v;
    std::memcpy(&v, bytes.data() + at, 4);
    return v;
  };
  if (bytes.size() < 24) return {};
  const size_t link = u32(20) == 1 ? 14 : u32(20) == 113 ? 16 : u32(20) == 0 ? 4 : 0;
  for (size_t at = 24; at + 16 <= bytes.size();) {
    const size_t size = u32(at + 8);
    if (at + 16 + size > bytes.size()) break;
    ByteReader ip(as_bytes(std::string_view(bytes).substr(at + 16 + link, size - link)));
    at += 16 + size;
    const uint8_t first = ip.u8();
    const bool v6 = first >> 4 == 6;
    const size_t header = v6 ? 40 : (first & 15u) * 4;
    ip.skip(v6 ? 3 : 1);
    const size_t total = ip.u16() + (v6 ? 40u : 0u);
    ip.seek(header);
    const uint16_t from = ip.u16();
    ip.skip(2);
    const uint32_t sequence = ip.u32();
    ip.skip(4);
    const size_t offset = (ip.u8() >> 4) * 4u;
    const bool syn = ip.u8() & 2;
    ip.seek(header + offset);
    if (ip.failed() || total < header + offset) continue;
    if (client_port == 0) client_port = from;
    const Bytes payload = ip.take(total - header - offset);
    if (!payload.empty() && !syn) segments[from != client_port].emplace(sequence, as_text(payload));
  }
  std::pair<std::string, std::string> streams;
  for (const auto& [sequence, text] : segments[0]) streams.first += text;
  for (const auto& [sequence, text] : segments[1]) streams.second += text;
  return streams;
}

}  // namespace picket::inspect
