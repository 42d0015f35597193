// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/parser.h"

#include <algorithm>
#include <string_view>

#include "base/counter.h"
#include "inspect/file/file_keeper.h"
#include "inspect/proto/http/message.h"

namespace picket::inspect::http2 {
namespace {

Counter streams_full{"inspect.http2.streams_full", "HTTP/2 streams ended as too many were open"};
Counter frames_skipped{"inspect.http2.frames_skipped", "HTTP/2 frames too long to be looked at"};

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr size_t kFrameHeader = 9;
enum Type : uint8_t {
  kData,
  kHeaders,
  kPriority,
  kReset,
  kSettings,
  kPush,
  kPing,
  kGoAway,
  kWindow,
  kContinuation
};
constexpr uint8_t kTypeMax = kContinuation;
constexpr uint8_t kEndStream = 1, kEndHeaders = 4, kPadded = 8, kWithPriority = 0x20;

}  // namespace

Http2Parser::Http2Parser(const FlowContext& flow) : settings_(*flow.settings) {
  sides_[0].preface_due = true;
  if (flow.carried_fields.empty()) return;
  // The request that asked for the upgrade is stream 1's (RFC 7540 3.2).
  Http2Transaction& first = make(1, flow);
  for (const auto& [name, value] : flow.carried_fields) {
    first.sides[0].fields.add(name, value);
    if (!http::equal_nocase(name, "http2-settings")) continue;
    // A SETTINGS frame's body (RFC 7540 3.2.1): of the connection, as if it had been sent.
    const std::string settings = base64url_decode(value);
    Frame frame;
    frame.type = kSettings;
    frame.size = static_cast<uint32_t>(settings.size());
    FlowContext as_now = flow;
    connection_frame(Direction::kToServer, frame, as_bytes(settings), as_now);
  }
  first.fields_end(Direction::kToServer);
  first.set_progress(Direction::kToServer, Transaction::kDone);
}

Http2Transaction* Http2Parser::find(uint32_t stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : found->second;
}

// The stream is over, or given up: the pipeline may drop its transaction from now on.
void Http2Parser::forget(uint32_t stream) {
  Http2Transaction* transaction = find(stream);
  if (transaction == nullptr) return;
  for (const Direction direction : {Direction::kToServer, Direction::kToClient})
    transaction->set_progress(direction, Transaction::kDone);
  streams_.erase(stream);
}

Http2Transaction& Http2Parser::make(uint32_t stream, const FlowContext& flow) {
  if (streams_.size() >= kStreamsMax) {
    streams_full.add();
    const auto oldest =
        std::min_element(streams_.begin(), streams_.end(),
                         [](const auto& a, const auto& b) { return a.second->id < b.second->id; });
    forget(oldest->first);
  }
  // The pipeline cuts the list at kTransactionsMax whatever is open: what it would cut is given up
  // first.
  if (transactions_.size() + 2 >= kTransactionsMax)
    forget(static_cast<Http2Transaction&>(*transactions_.front()).stream_id);
  auto& transaction = open_transaction<Http2Transaction>(flow, stream, settings_);
  if (stream != 0) streams_[stream] = &transaction;
  return transaction;
}

Http2Transaction& Http2Parser::find_or_make(uint32_t stream, const FlowContext& flow) {
  Http2Transaction* transaction = find(stream);
  return transaction ? *transaction : make(stream, flow);
}

void Http2Parser::stream_end(Direction direction, uint32_t stream, FlowContext& flow) {
  Http2Transaction* transaction = find(stream);
  if (transaction == nullptr) return;
  transaction->end_body(direction, true);
  if (direction == Direction::kToClient && flow.ranges != nullptr)
    if (FileBody* file = transaction->side(direction).body.join_range(
            *flow.ranges, transaction->host(), settings_, flow.now))
      file->sequence = next_file_++;
  dns_seen_ |= transaction->has_dns();
  transaction->set_progress(direction, Transaction::kDone);
  if (transaction->done()) streams_.erase(stream);
}

void Http2Parser::data_bytes(Direction direction, Bytes bytes) {
  Side& of = side(direction);
  Http2Transaction* transaction = find(of.frame.stream);
  if (transaction == nullptr || bytes.empty()) return;
  http::Body& body = transaction->side(direction).body;
  if (!body.opened()) transaction->open_body(direction);
  transaction->set_progress(direction, 3);
  std::vector<FileBody*> opened;
  body.add(bytes, opened);
  for (FileBody* file : opened) {
    file->sequence = next_file_++;
    follow(*file, settings_);
  }
}

void Http2Parser::data_end(Direction direction, FlowContext& flow) {
  Side& of = side(direction);
  of.in_data = false;
  if (of.frame.flags & kEndStream) stream_end(direction, of.frame.stream, flow);
}

// Numbers that frames carry: of a stream, or of the connection.
void Http2Parser::numbers(Direction direction, const Frame& frame, Bytes body,
                          Http2Transaction& transaction) {
  StreamSide& of = transaction.side(direction);
  ByteReader reader(body);
  switch (frame.type) {
    case kPriority:
      reader.skip(4);
      StreamSide::keep(of.priorities, reader.u8());
      break;
    case kReset: StreamSide::keep(of.errors, reader.u32()); break;
    case kGoAway:
      reader.skip(4);
      StreamSide::keep(of.errors, reader.u32());
      break;
    case kWindow: StreamSide::keep(of.windows, reader.u32() & 0x7fffffff); break;
    case kSettings:
      while (reader.remaining() >= 6) {
        const uint16_t id = reader.u16();
        StreamSide::keep(of.settings, StreamSide::Setting{id, reader.u32()});
      }
      break;
    default: break;
  }
  if (reader.failed()) transaction.add_event("invalid_frame_length", direction);
}

void Http2Parser::connection_frame(Direction direction, const Frame& frame, Bytes body,
                                   FlowContext& flow) {
  Http2Transaction& transaction = make(0, flow);
  StreamSide::keep(transaction.side(direction).frame_types, frame.type);
  if (frame.type > kTypeMax) transaction.add_event("unknown_frame_type", direction);
  numbers(direction, frame, body, transaction);
  for (const Direction both : {direction, opposite(direction)})
    transaction.set_progress(both, Transaction::kDone);
}

void Http2Parser::block_end(Direction direction, FlowContext& flow) {
  Side& of = side(direction);
  const uint32_t stream = of.block_stream;
  // A promise's block is the request of the stream it promises, though the server says it.
  const bool promised = (of.block_flags & 0x80) != 0;
  const Direction speaker = promised ? Direction::kToServer : direction;
  Http2Transaction& transaction = find_or_make(stream, flow);
  StreamSide& said = transaction.side(speaker);
  const bool decoded = of.hpack.decode(
      of.block,
      [&](std::string_view name, std::string_view value) { said.fields.add(name, value); },
      [&](uint32_t size) { StreamSide::keep(said.size_updates, size); });
  if (!decoded) transaction.add_event("invalid_header", direction);
  of.block.clear();
  of.block_stream = 0;
  transaction.fields_end(speaker);
  if (promised) transaction.set_progress(Direction::kToServer, Transaction::kDone);
  if (!promised && (of.block_flags & kEndStream)) stream_end(direction, stream, flow);
}

void Http2Parser::headers(Direction direction, const Frame& frame, Bytes body, FlowContext& flow) {
  Side& of = side(direction);
  ByteReader reader(body);
  const size_t padding = frame.flags & kPadded ? reader.u8() : 0;
  Http2Transaction& transaction = find_or_make(frame.stream, flow);
  StreamSide::keep(transaction.side(direction).frame_types, frame.type);
  if (frame.flags & kWithPriority) {
    reader.skip(4);
    StreamSide::keep(transaction.side(direction).priorities, reader.u8());
  }
  if (reader.failed() || padding > reader.remaining()) {
    transaction.add_event("invalid_header", direction);
    return;
  }
  const Bytes block = reader.take(reader.remaining() - padding);
  of.block.assign(block.begin(), block.end());
  of.block_stream = frame.stream;
  of.block_flags = frame.flags & 0x7f;
  if (frame.flags & kEndHeaders) block_end(direction, flow);
}

void Http2Parser::push_promise(const Frame& frame, Bytes body, FlowContext& flow) {
  Side& of = side(Direction::kToClient);
  ByteReader reader(body);
  const size_t padding = frame.flags & kPadded ? reader.u8() : 0;
  const uint32_t promised = reader.u32() & 0x7fffffff;
  if (reader.failed() || padding > reader.remaining() || promised == 0) return;
  const Bytes block = reader.take(reader.remaining() - padding);
  of.block.assign(block.begin(), block.end());
  of.block_stream = promised;
  of.block_flags = 0x80;
  if (frame.flags & kEndHeaders) block_end(Direction::kToClient, flow);
}

void Http2Parser::whole_frame(Direction direction, const Frame& frame, Bytes body,
                              FlowContext& flow) {
  Side& of = side(direction);
  if (frame.type == kContinuation) {
    if (of.block_stream == 0) return;
    if (of.block.size() + body.size() <= kBlockMax)
      of.block.insert(of.block.end(), body.begin(), body.end());
    if (frame.flags & kEndHeaders) block_end(direction, flow);
    return;
  }
  if (frame.stream == 0) return connection_frame(direction, frame, body, flow);
  if (frame.type == kHeaders) return headers(direction, frame, body, flow);
  if (frame.type == kPush && direction == Direction::kToClient) {
    if (Http2Transaction* transaction = find(frame.stream))
      StreamSide::keep(transaction->side(direction).frame_types, frame.type);
    return push_promise(frame, body, flow);
  }
  Http2Transaction* transaction = find(frame.stream);
  if (transaction == nullptr) {
    if (frame.type == kWindow || frame.type == kReset) {  // about a stream that is over
      transaction = &make(frame.stream, flow);
      StreamSide::keep(transaction->side(direction).frame_types, frame.type);
      numbers(direction, frame, body, *transaction);
      forget(frame.stream);
      return;
    }
    transaction = &make(frame.stream, flow);
  }
  StreamSide::keep(transaction->side(direction).frame_types, frame.type);
  if (frame.type > kTypeMax) transaction->add_event("unknown_frame_type", direction);
  numbers(direction, frame, body, *transaction);
  if (frame.type == kReset) {
    for (const Direction both : {Direction::kToServer, Direction::kToClient})
      if (transaction->progress(both) != Transaction::kDone) transaction->end_body(both, false);
    forget(frame.stream);
  }
}

bool Http2Parser::begin_frame(Direction direction, Bytes rest, size_t& used, FlowContext& flow) {
  Side& of = side(direction);
  if (rest.size() < kFrameHeader) return false;
  ByteReader reader(rest);
  Frame frame;
  frame.size = reader.u24();
  frame.type = reader.u8();
  frame.flags = reader.u8();
  frame.stream = reader.u32() & 0x7fffffff;
  of.frame = frame;
  if (frame.type == kData && frame.stream != 0) {
    const bool padded = (frame.flags & kPadded) != 0 && frame.size > 0;
    if (padded && reader.remaining() == 0) return false;
    of.padding = padded ? reader.u8() : 0;
    of.left = frame.size - padded;
    of.in_data = true;
    used += reader.offset();
    if (Http2Transaction* transaction = find(frame.stream))
      StreamSide::keep(transaction->side(direction).frame_types, frame.type);
    if (of.left == 0) data_end(direction, flow);
    return true;
  }
  if (frame.size > kFrameMax) {
    frames_skipped.add();
    of.left = frame.size;
    of.skipping = true;
    used += kFrameHeader;
    return true;
  }
  if (reader.remaining() < frame.size) return false;
  used += kFrameHeader + frame.size;
  whole_frame(direction, frame, reader.take(frame.size), flow);
  return true;
}

// One frame, or a part of a long one. False: more bytes are needed.
bool Http2Parser::step(Direction direction, Bytes rest, size_t& used, FlowContext& flow) {
  Side& of = side(direction);
  if (of.preface_due) {
    const std::string_view text = as_text(rest.first(std::min(rest.size(), kPreface.size())));
    if (!kPreface.starts_with(text)) {
      of.preface_due = false;  // picked up in the middle
      return true;
    }
    if (text.size() < kPreface.size()) return false;
    of.preface_due = false;
    used += kPreface.size();
    return true;
  }
  if (!of.in_data && !of.skipping) return begin_frame(direction, rest, used, flow);
  const uint32_t take = static_cast<uint32_t>(std::min<size_t>(of.left, rest.size()));
  used += take;
  if (of.in_data) {
    const uint32_t content = of.left > of.padding ? of.left - of.padding : 0;
    data_bytes(direction, rest.first(std::min(take, content)));
  }
  of.left -= take;
  if (of.left > 0) return false;
  of.skipping = false;
  if (of.in_data) data_end(direction, flow);
  return true;
}

ParseResult Http2Parser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  ParseResult result;
  while (result.consumed < bytes.size())
    if (!step(direction, bytes.subspan(result.consumed), result.consumed, flow)) break;
  if (dns_seen_) flow.known_as = AppProtocol::kDoh2;
  return result;
}

ParseStatus Http2Parser::on_gap(Direction direction, uint64_t lost, FlowContext& flow) {
  Side& of = side(direction);
  if ((!of.in_data && !of.skipping) || lost > of.left) return ParseStatus::kFailed;
  of.left -= static_cast<uint32_t>(lost);
  if (of.in_data)
    if (Http2Transaction* transaction = find(of.frame.stream))
      transaction->side(direction).body.gap(lost);
  if (of.left == 0) {
    of.skipping = false;
    if (of.in_data) data_end(direction, flow);
  }
  return ParseStatus::kOk;
}

void Http2Parser::on_end(FlowContext&) {
  for (const auto& [stream, transaction] : streams_)
    for (const Direction direction : {Direction::kToServer, Direction::kToClient})
      if (transaction->progress(direction) != Transaction::kDone)
        transaction->end_body(direction, false);
  while (!streams_.empty()) forget(streams_.begin()->first);
}

}  // namespace picket::inspect::http2
