// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "detect/suricata/engine.h"

// A feed without a pipeline: packets, streams and transactions written by hand, for tests of the
// engine.
namespace picket::detect::suricata::for_tests {

class FakeTransaction final : public inspect::Transaction {
 public:
  FakeTransaction(inspect::AppProtocol of, uint64_t number) : Transaction(of, number) {}
  FakeTransaction& put(std::string_view keyword, std::string bytes) {
    buffers[*inspect::find_buffer(keyword)].push_back(std::move(bytes));
    return *this;
  }
  std::optional<Bytes> buffer(inspect::BufferId which, inspect::Direction, size_t at) override {
    auto found = buffers.find(which);
    if (found == buffers.end() || at >= found->second.size()) return std::nullopt;
    return as_bytes(found->second[at]);
  }
  std::optional<int64_t> field(inspect::FieldId which, inspect::Direction, size_t at) override {
    auto found = fields.find(which);
    if (found == fields.end() || at >= found->second.size()) return std::nullopt;
    return found->second[at];
  }
  uint64_t body_offset(inspect::BufferId, inspect::Direction) const override { return let_go; }
  void append_eve(JsonWriter&) const override {}
  FakeTransaction& done() {
    set_progress(inspect::Direction::kToServer, kDone);
    set_progress(inspect::Direction::kToClient, kDone);
    return *this;
  }
  std::map<inspect::BufferId, std::vector<std::string>> buffers;
  std::map<inspect::FieldId, std::vector<int64_t>> fields;
  uint64_t let_go = 0;
};

class FakeParser final : public inspect::AppParser {
 public:
  inspect::ParseResult on_data(inspect::Direction, Bytes bytes, bool,
                               inspect::FlowContext&) override {
    return {bytes.size(), inspect::ParseStatus::kOk, 0};
  }
};

class FakeStream final : public inspect::StreamBytes {
 public:
  Bytes window() const override { return as_bytes(bytes).subspan(start); }
  uint64_t window_offset() const override { return start; }
  bool ready() const override { return bytes.size() > seen; }
  uint64_t fresh_from() const override { return seen; }
  void inspected(uint64_t up_to) override { seen = up_to; }
  std::string shown(size_t max) const override { return bytes.substr(start, max); }
  std::string bytes;
  size_t start = 0;
  uint64_t seen = 0;
};

// Rules, an engine and one flow, 10.0.0.1:40000 to 192.0.2.1:80 unless changed.
class Feed {
 public:
  explicit Feed(std::string_view rules, std::vector<std::string> assignments = {},
                Engine::Candidates candidates = Engine::Candidates::kPrefiltered) {
    for (const std::string& assignment : assignments) settings.set(assignment);
    loaded = load_text(rules, settings, report).value();
    engine = Engine::create(loaded, settings, candidates).value();
    flow.client = {*IpAddress::parse("10.0.0.1"), 40000};
    flow.server = {*IpAddress::parse("192.0.2.1"), 80};
    flow.protocol = packet::ip_protocol::kTcp;
  }

  using Sids = std::vector<uint32_t>;
  Sids packet(std::string payload, inspect::Direction direction = inspect::Direction::kToServer,
              bool in_stream = false) {
    packet::Packet p = header(direction);
    p.payload = as_bytes(payload);
    p.has_transport = true;
    return pass(p, direction, nullptr, in_stream);
  }
  // More bytes of the stream, inspected at once.
  Sids stream(std::string more, inspect::Direction direction = inspect::Direction::kToServer) {
    FakeStream& bytes = streams[inspect::index(direction)];
    bytes.bytes += more;
    packet::Packet p = header(direction);
    p.payload = as_bytes(more);
    p.has_transport = true;
    return pass(p, direction, &bytes, true);
  }
  // An empty packet of that direction: transactions are looked at.
  Sids look(inspect::Direction direction = inspect::Direction::kToServer) {
    packet::Packet p = header(direction);
    p.has_transport = true;
    return pass(p, direction, nullptr, false);
  }
  FakeTransaction& transaction(inspect::AppProtocol protocol) {
    flow.app = protocol;
    if (!flow.parser) flow.parser = std::make_unique<FakeParser>();
    auto& all = flow.parser->transactions();
    all.push_back(std::make_unique<FakeTransaction>(protocol, all.size()));
    return static_cast<FakeTransaction&>(*all.back());
  }
  packet::Packet header(inspect::Direction direction) {
    packet::Packet p;
    p.number = ++number;
    p.time = WallTime{time_ns += 1'000'000};
    p.ip_version = flow.client.address.is_v4() ? 4 : 6;
    p.protocol = flow.protocol;
    bool to_server = direction == inspect::Direction::kToServer;
    const Endpoint& from = to_server ? flow.client : flow.server;
    const Endpoint& to = to_server ? flow.server : flow.client;
    p.source = from.address;
    p.destination = to.address;
    p.source_port = from.port;
    p.destination_port = to.port;
    return p;
  }
  Sids pass(packet::Packet& p, inspect::Direction direction, FakeStream* bytes, bool in_stream,
            bool with_flow = true) {
    if (with_flow) ++flow.packets[inspect::index(direction)];
    inspect::PacketContext context{.packet = p,
                                   .flow = with_flow ? &flow : nullptr,
                                   .direction = direction,
                                   .settings = settings,
                                   .app_events = {},
                                   .matches = {}};
    context.ips = ips;
    context.established = established;
    context.opaque = opaque;
    context.in_stream = in_stream;
    context.stream = bytes;
    verdict = engine->on_packet(context);
    tagged = context.tagged;
    captured = context.captured_json;
    Sids sids;
    for (const inspect::RuleMatch& match : context.matches) sids.push_back(match.rule->sid);
    matches = std::move(context.matches);
    return sids;
  }

  inspect::Settings settings;
  LoadReport report;
  std::shared_ptr<const LoadedRules> loaded;
  std::unique_ptr<Engine> engine;
  inspect::PacketFlow flow;
  FakeStream streams[2];
  std::vector<inspect::RuleMatch> matches;
  inspect::Verdict verdict = inspect::Verdict::kAccept;
  bool established = true, ips = false, opaque = false;
  bool tagged = false;   // of the last packet
  std::string captured;  // likewise
  uint64_t number = 0;
  int64_t time_ns = 1'700'000'000'000'000'000;
};

}  // namespace picket::detect::suricata::for_tests
