// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the settings; then frames, each with two bytes of length in front, go as
// IP packets through flows, streams and every protocol of this program.
#include "inspect/stream/packet_worker.h"
#include "packet/decode.h"
#include "packet/load.h"

namespace {

using namespace picket;
using namespace picket::inspect;

struct Nowhere final : RecordSink {
  void on_packet(const PacketContext&, Verdict) override {}
  void on_transaction(const PacketFlow&, Transaction& transaction, const packet::Packet&) override {
    text.clear();
    JsonWriter out(text);
    transaction.append_eve(out);
  }
  void on_file(const PacketFlow&, const Transaction&, Direction, FileBody&,
               const packet::Packet&) override {}
  void on_flow(const PacketFlow&, WallTime) override {}
  std::string text;
};

// Reads all that it is shown of a stream.
struct Reader final : Inspector {
  Verdict on_packet(PacketContext& context) override {
    if (context.stream == nullptr || !context.stream->ready()) return Verdict::kAccept;
    const Bytes window = context.stream->window();
    for (const uint8_t byte : window) sum += byte;
    context.stream->inspected(context.stream->window_offset() + window.size());
    return Verdict::kAccept;
  }
  uint64_t sum = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  stream::StreamOptions options;
  options.midstream = (data[0] & 1) != 0;
  options.inline_mode = (data[0] & 2) != 0;
  options.async_oneside = (data[0] & 4) != 0;
  Nowhere sink;
  Reader reader;
  const Settings settings;
  stream::PacketWorker worker({.settings = settings,
                               .app_settings = default_app_settings(),
                               .options = options,
                               .sink = sink,
                               .inspector = &reader,
                               .ips = (data[0] & 8) != 0,
                               .timeouts = {},
                               .flows_max = 64});
  packet::DecodeOptions decode;
  decode.checksums = false;
  const packet::Decoder decoder(decode);
  Bytes rest(data + 1, size - 1);
  for (uint64_t number = 1; rest.size() > 2; ++number) {
    const size_t length = std::min<size_t>(packet::load16(rest.data()), rest.size() - 2);
    packet::Packet packet;
    packet.number = number;
    packet.time.ns = static_cast<int64_t>(number * kNsPerSecond);
    decoder.decode(packet::Layer::kIp, rest.subspan(2, length), packet);
    worker.work(packet);
    rest = rest.subspan(2 + length);
  }
  worker.finish();
  return 0;
}
