// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "inspect/stream/packet_worker.h"
#include "packet/frame_for_tests.h"

// One conversation through a packet worker, for tests: a protocol of lines, what was recorded, and
// both ends.
namespace picket::inspect::stream::for_tests {

using namespace packet::for_tests;
using packet::Packet;
using packet::PacketEvent;

constexpr uint32_t kClient = 0x0a000001, kServer = 0x0a000002;
constexpr uint8_t kSyn = 2, kAck = 16, kFin = 1, kRst = 4;

// A protocol of lines: all that begin with "LINE", either way. Each line is a transaction.
class LineTransaction final : public Transaction {
 public:
  LineTransaction(uint64_t number, Direction direction, std::string words)
      : Transaction(AppProtocol::kIrc, number), words_(std::move(words)), direction_(direction) {
    set_progress(Direction::kToServer, kDone);
    set_progress(Direction::kToClient, kDone);
  }
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return as_bytes(words_); }
  void append_eve(JsonWriter&) const override {}
  std::optional<Direction> eve_direction() const override { return direction_; }
  const std::string words_;
  const Direction direction_;
};

class LineParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override {
    const std::string_view text = as_text(bytes);
    const size_t end = text.find('\n');
    if (end == std::string_view::npos)
      return {last ? bytes.size() : 0, ParseStatus::kOk, bytes.size() + 1};
    const std::string line(text.substr(0, end));
    if (line == "LINE change") flow.change_to = AppProtocol::kUnknown;
    if (line == "LINE broken") return {0, ParseStatus::kFailed, 0};
    if (line == "LINE secret") return {bytes.size(), ParseStatus::kFinished, 0};
    transactions_.push_back(std::make_unique<LineTransaction>(next_++, direction, line));
    return {end + 1, ParseStatus::kOk, 0};
  }
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext&) override {
    transactions_.push_back(
        std::make_unique<LineTransaction>(next_++, direction, "gap " + std::to_string(lost)));
    return ParseStatus::kOk;
  }

 private:
  uint64_t next_ = 0;
};

inline const ProtocolDescriptor kLines[] = {
    {.protocol = AppProtocol::kIrc,
     .over_tcp = true,
     .over_udp = true,
     .probe =
         [](Direction, Bytes bytes, bool) {
           const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 4)));
           if (text.size() < 4) return ProtocolDescriptor::Verdict::kMore;
           if (text == "back") return ProtocolDescriptor::Verdict::kReversed;
           return text == "LINE" ? ProtocolDescriptor::Verdict::kYes
                                 : ProtocolDescriptor::Verdict::kNo;
         },
     .ports = {},
     .make = [](const FlowContext&) -> std::unique_ptr<AppParser> {
       return std::make_unique<LineParser>();
     }}};

struct Recorder final : RecordSink {
  void on_packet(const PacketContext& context, Verdict) override {
    for (uint8_t i = 0; i < context.packet.event_count; ++i)
      events.push_back(context.packet.events[i]);
    for (const auto& event : context.app_events) app_events.emplace_back(event.name);
    established.push_back(context.established);
  }
  void on_transaction(const PacketFlow&, Transaction& transaction, const Packet&) override {
    const auto& line = static_cast<LineTransaction&>(transaction);
    lines.push_back((line.direction_ == Direction::kToServer ? "> " : "< ") + line.words_);
  }
  void on_file(const PacketFlow&, const Transaction&, Direction, FileBody&,
               const Packet&) override {}
  void on_flow(const PacketFlow& flow, WallTime) override {
    flows.push_back(flow.client.text() + " " + flow.server.text() + " " +
                    std::string(inspect::text(flow.app)) + " " + std::to_string(flow.packets[0]) +
                    "/" + std::to_string(flow.packets[1]));
    ends.push_back(flow.end);
  }
  std::vector<PacketEvent> events;
  std::vector<std::string> app_events, lines, flows;
  std::vector<PacketFlow::End> ends;
  std::vector<bool> established;
};

// Sends packets of one TCP conversation through a worker.
struct Wire {
  explicit Wire(StreamOptions given = {}, Inspector* inspector = nullptr, size_t flows_max = 1000)
      : options(std::move(given)),
        worker({.settings = settings,
                .app_settings = default_app_settings(),
                .options = options,
                .sink = seen,
                .inspector = inspector,
                .protocols = kLines,
                .timeouts = {},
                .flows_max = flows_max}) {}

  void frame(const Frame& bytes) {
    Packet packet;
    packet.number = ++number;
    packet.time = WallTime{now_ns};
    packet::DecodeOptions plain;
    plain.checksums = false;
    kept.push_back(bytes);
    packet::Decoder(plain).decode(packet::Layer::kIp, kept.back(), packet);
    if (damaged) packet.transport_checksum = packet::Checksum::kBad;
    into->work(packet);
  }
  void client(uint8_t flags, uint32_t offset, uint32_t acked, std::string_view words = {}) {
    frame(ipv4(kClient, kServer, 6,
               tcp(1000, 80, client_isn + offset, server_isn + acked, flags,
                   packet::for_tests::text(words))));
  }
  void server(uint8_t flags, uint32_t offset, uint32_t acked, std::string_view words = {}) {
    frame(ipv4(kServer, kClient, 6,
               tcp(80, 1000, server_isn + offset, client_isn + acked, flags,
                   packet::for_tests::text(words))));
  }
  void handshake() {
    client(kSyn, 0, 0);
    server(kSyn | kAck, 0, 1);
    client(kAck, 1, 1);
  }
  bool saw(PacketEvent event) const {
    return std::find(seen.events.begin(), seen.events.end(), event) != seen.events.end();
  }

  Settings settings;
  StreamOptions options;
  Recorder seen;
  std::deque<Frame> kept;
  bool damaged = false;  // what is sent has a wrong checksum
  uint64_t number = 0;
  int64_t now_ns = 1'700'000'000'000'000'000;
  uint32_t client_isn = 4294967290u, server_isn = 5000;  // the client's numbers wrap
  PacketWorker worker;
  PacketWorker* into = &worker;  // what the packets are sent through
};

}  // namespace picket::inspect::stream::for_tests
