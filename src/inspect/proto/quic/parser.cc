// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/parser.h"

#include <algorithm>

#include "base/counter.h"
#include "inspect/proto/quic/transaction.h"
#include "inspect/proto/quic/varint.h"

namespace picket::inspect::quic {
namespace {

Counter unreadable{"weird.quic.not_opened", "QUIC Initial packets that their keys did not open"};
Counter bad_frame{"weird.quic.bad_frame", "QUIC Initial packets with a frame that cannot be there"};
Counter bad_hello{"weird.quic.bad_hello", "QUIC hellos that are malformed"};
Counter hellos_left_out{"inspect.quic.hellos_left_out",
                        "QUIC hellos of one flow beyond those looked at"};

// Passes over an ACK frame (RFC 9000 19.3).
void skip_ack(ByteReader& reader, bool with_ecn) {
  read_varint(reader);
  read_varint(reader);
  const uint64_t ranges = read_varint(reader);
  read_varint(reader);
  for (uint64_t i = 0; i < 2 * ranges && !reader.failed(); ++i) read_varint(reader);
  for (int i = 0; with_ecn && i < 3; ++i) read_varint(reader);
}
void skip_close(ByteReader& reader, bool of_transport) {
  read_varint(reader);
  if (of_transport) read_varint(reader);
  reader.skip(static_cast<size_t>(read_varint(reader)));
}

}  // namespace

// The stream begins with a whole hello of this direction: a transaction.
void QuicParser::hello(Direction direction, uint32_t version, FlowContext& flow) {
  constexpr size_t kHeader = 4;
  const Bytes stream = streams_[index(direction)].in_order();
  if (hello_done_[index(direction)] || stream.size() < kHeader) return;
  const size_t size =
      static_cast<size_t>(stream[1]) << 16 | static_cast<size_t>(stream[2]) << 8 | stream[3];
  const uint8_t wanted = direction == Direction::kToServer ? 1 : 2;
  if (stream[0] != wanted || size > CryptoStream::kBytesMax) {
    hello_done_[index(direction)] = true;
    bad_hello.add();
    return;
  }
  if (stream.size() < kHeader + size) return;
  hello_done_[index(direction)] = true;
  if (next_id_ >= kHellosMax) {
    hellos_left_out.add();
    return;
  }
  auto made = std::make_unique<QuicTransaction>(next_id_, direction, version,
                                                stream.subspan(kHeader, size));
  if (!made->read()) {
    bad_hello.add();
    return;
  }
  ++next_id_;
  made->started = flow.now;
  for (const Direction both : {Direction::kToServer, Direction::kToClient})
    made->set_progress(both, Transaction::kDone);
  transactions_.push_back(std::move(made));
}

void QuicParser::frames(Direction direction, uint32_t version, Bytes bytes, FlowContext& flow) {
  ByteReader reader(bytes);
  for (size_t count = 0; reader.remaining() > 0; ++count) {
    const uint8_t type = reader.u8();
    if (type == 0) {  // padding, in runs
      while (reader.remaining() > 0 && bytes[reader.offset()] == 0) reader.skip(1);
    } else if (type == 2 || type == 3) {
      skip_ack(reader, type == 3);
    } else if (type == 6) {
      const uint64_t offset = read_varint(reader);
      const Bytes piece = reader.take(static_cast<size_t>(read_varint(reader)));
      if (!reader.failed()) streams_[index(direction)].add(offset, piece);
    } else if (type == 0x1c || type == 0x1d) {
      skip_close(reader, type == 0x1c);
    } else if (type != 1) {  // not a ping either
      bad_frame.add();
      break;
    }
    if (reader.failed() || count == kFramesMax) {
      bad_frame.add();
      break;
    }
  }
  hello(direction, version, flow);
}

bool QuicParser::initial(Direction direction, const LongHeader& header, FlowContext& flow) {
  auto opened = keys_ ? keys_->open(header, direction) : std::nullopt;
  const bool other_id = !std::equal(keys_from_.begin(), keys_from_.end(),
                                    header.destination_id.begin(), header.destination_id.end());
  if (!opened && direction == Direction::kToServer && (other_id || !keys_)) {
    auto keys = InitialKeys::make(header.version, header.destination_id);
    if (!keys) return false;
    opened = keys->open(header, direction);
    if (opened) {  // a new attempt: after a Retry, or of another connection on the same ports
      keys_ = keys;
      keys_from_.assign(header.destination_id.begin(), header.destination_id.end());
      for (CryptoStream& stream : streams_) stream = CryptoStream();
      hello_done_[0] = hello_done_[1] = false;
    }
  }
  if (!opened) {
    unreadable.add();
    return false;
  }
  frames(direction, header.version, *opened, flow);
  return true;
}

ParseResult QuicParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  ParseResult result;
  result.consumed = bytes.size();
  for (size_t packets = 0; !bytes.empty() && packets < kPacketsMax; ++packets) {
    const auto header = read_long_header(bytes);
    if (!header) break;  // a short header, or padding behind the packets
    if (header->type == PacketType::kInitial) initial(direction, *header, flow);
    bytes = bytes.subspan(header->packet.size());
  }
  return result;
}

void QuicParser::on_end(FlowContext&) {}

}  // namespace picket::inspect::quic
