// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/websocket/parser.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/counter.h"

namespace picket::inspect::websocket {
namespace {

Counter cut{"inspect.websocket.message_cut", "WebSocket messages longer than is kept of one"};
Counter not_compressed{"weird.websocket.not_compressed",
                       "WebSocket messages that are not compressed as they say"};

constexpr uint8_t kFin = 0x80, kCompressed = 0x40, kMasked = 0x80;
constexpr uint8_t kControl = 8;

}  // namespace

// One direction's decompression; the dictionary goes on from message to message.
class WebSocketParser::Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // False: these bytes are not compressed. At most `limit` bytes come out.
  bool run(Bytes bytes, size_t limit, std::vector<uint8_t>& out) {
    if (!ready_) return false;
    std::array<uint8_t, 16 * 1024> output;
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (out.size() < limit) {
      stream_.next_out = output.data();
      stream_.avail_out = static_cast<uInt>(output.size());
      const int result = inflate(&stream_, Z_SYNC_FLUSH);
      const size_t made = std::min(output.size() - stream_.avail_out, limit - out.size());
      out.insert(out.end(), output.begin(), output.begin() + static_cast<ptrdiff_t>(made));
      if (result == Z_BUF_ERROR || result == Z_STREAM_END) return true;
      if (result != Z_OK) return false;
      if (stream_.avail_in == 0 && stream_.avail_out > 0) return true;
    }
    return true;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

WebSocketParser::WebSocketParser() = default;
WebSocketParser::~WebSocketParser() = default;

bool WebSocketParser::begin_frame(Side& side, Direction direction, Bytes rest, size_t& used,
                                  FlowContext& flow) {
  ByteReader reader(rest);
  Frame frame;
  frame.first = reader.u8();
  const uint8_t second = reader.u8();
  frame.left = second & 0x7f;
  if (frame.left == 126)
    frame.left = reader.u16();
  else if (frame.left == 127)
    frame.left = reader.u64();
  frame.masked = (second & kMasked) != 0;
  if (frame.masked) frame.mask = reader.u32();
  if (reader.failed()) return false;
  used += reader.offset();
  side.frame = frame;
  side.in_frame = true;
  const uint8_t opcode = frame.first & 0x0f;
  if (opcode < kControl && (opcode != 0 || !side.message)) {
    side.message = std::make_unique<WebSocketTransaction>(0, direction);
    side.message->started = flow.now;
    side.message->opcode = opcode;
    side.message->flags = frame.first & 0xf0;
    if (frame.masked) side.message->mask = frame.mask;
    side.too_long = false;
  }
  if (opcode >= kControl) side.control.clear();
  if (frame.left == 0) frame_end(side, direction, flow);
  return true;
}

void WebSocketParser::payload_bytes(Side& side, Bytes bytes) {
  Frame& frame = side.frame;
  const bool control = (frame.first & 0x0f) >= kControl;
  std::vector<uint8_t>& to = control ? side.control : side.message->payload;
  const size_t room = kPayloadMax - std::min(kPayloadMax, to.size());
  if (bytes.size() > room) {
    side.too_long = true;
    cut.add();
  }
  const size_t kept = std::min(room, bytes.size());
  const size_t from = to.size();
  to.insert(to.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(kept));
  if (frame.masked)
    for (size_t i = 0; i < kept; ++i)
      to[from + i] = static_cast<uint8_t>(to[from + i] ^
                                          (frame.mask >> (24 - 8 * ((frame.seen + i) & 3)) & 0xff));
  frame.seen += bytes.size();
  frame.left -= bytes.size();
}

void WebSocketParser::deliver(std::unique_ptr<WebSocketTransaction> transaction) {
  // The number is given now: messages are told in the order in which they end.
  auto numbered = std::make_unique<WebSocketTransaction>(next_id_++, transaction->said_by);
  numbered->started = transaction->started;
  numbered->flags = transaction->flags;
  numbered->opcode = transaction->opcode;
  numbered->mask = transaction->mask;
  numbered->payload = std::move(transaction->payload);
  numbered->events = std::move(transaction->events);
  for (const Direction both : {Direction::kToServer, Direction::kToClient})
    numbered->set_progress(both, Transaction::kDone);
  transactions_.push_back(std::move(numbered));
}

void WebSocketParser::inflate_message(Side& side, WebSocketTransaction& message) {
  static constexpr uint8_t kTail[] = {0, 0, 0xff, 0xff};  // RFC 7692 7.2.2
  if (!side.inflater) side.inflater = std::make_unique<Inflater>();
  std::vector<uint8_t> compressed = message.payload, out;
  compressed.insert(compressed.end(), std::begin(kTail), std::end(kTail));
  if (!side.inflater->run(compressed, kPayloadMax, out)) {
    not_compressed.add();
    return;
  }
  message.payload = std::move(out);
}

void WebSocketParser::frame_end(Side& side, Direction direction, FlowContext& flow) {
  side.in_frame = false;
  const uint8_t opcode = side.frame.first & 0x0f;
  if (opcode >= kControl) {
    auto control = std::make_unique<WebSocketTransaction>(0, direction);
    control->started = flow.now;
    control->opcode = opcode;
    control->flags = side.frame.first & 0xf0;
    if (side.frame.masked) control->mask = side.frame.mask;
    control->payload = std::move(side.control);
    side.control.clear();
    deliver(std::move(control));
    return;
  }
  if ((side.frame.first & kFin) == 0) return;
  side.message->flags |= kFin;
  if (side.too_long) side.message->add_event("skip_end_of_payload", direction);
  if (side.message->flags & kCompressed) inflate_message(side, *side.message);
  deliver(std::move(side.message));
}

ParseResult WebSocketParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  ParseResult result;
  Side& side = sides_[index(direction)];
  while (result.consumed < bytes.size()) {
    const Bytes rest = bytes.subspan(result.consumed);
    if (!side.in_frame) {
      if (!begin_frame(side, direction, rest, result.consumed, flow)) break;
      continue;
    }
    const size_t take = static_cast<size_t>(std::min<uint64_t>(side.frame.left, rest.size()));
    payload_bytes(side, rest.first(take));
    result.consumed += take;
    if (side.frame.left == 0) frame_end(side, direction, flow);
  }
  return result;
}

ParseStatus WebSocketParser::on_gap(Direction direction, uint64_t lost, FlowContext& flow) {
  Side& side = sides_[index(direction)];
  if (!side.in_frame || lost > side.frame.left) return ParseStatus::kFailed;
  side.frame.left -= lost;
  side.frame.seen += lost;
  if (side.frame.left == 0) frame_end(side, direction, flow);
  return ParseStatus::kOk;
}

}  // namespace picket::inspect::websocket
