// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/message.h"

#include <algorithm>

namespace picket::inspect::ike {
namespace {

enum Payload : uint8_t {
  kSa1 = 1,
  kKey1 = 4,
  kNonce1 = 10,
  kVendor1 = 13,
  kSa2 = 33,
  kKey2 = 34,
  kNonce2 = 40,
  kNotify2 = 41,
  kVendor2 = 43,
  kEncrypted2 = 46,
};
constexpr size_t kGenericBytes = 4;

class MessageReader {
 public:
  explicit MessageReader(Message& message) : message_(message) {}

  void read(Bytes bytes) {
    ByteReader reader(bytes.subspan(std::min(bytes.size(), kHeaderBytes)));
    uint8_t type = message_.header.next;
    message_.payloads.push_back(type);
    while (type != 0 && !message_.header.encrypted()) {
      if (message_.payloads.size() > kPayloadsMax) {
        message_.too_many_payloads = true;
        return;
      }
      const uint8_t next = reader.u8();
      reader.skip(1);
      const size_t length = reader.u16();
      const Bytes body = reader.take(length - std::min(length, kGenericBytes));
      if (reader.failed() || length < kGenericBytes) {
        message_.whole = false;
        return;
      }
      payload(type, body);
      if (type == kEncrypted2) return;  // what it announces is inside of it
      type = next;
      message_.payloads.push_back(type);
    }
  }

 private:
  void payload(uint8_t type, Bytes body) {
    switch (type) {
      case kSa1: return association1(body);
      case kKey1: message_.key_exchange = as_text(body); break;
      case kNonce1:
      case kNonce2: message_.nonce = as_text(body); break;
      case kVendor1:
      case kVendor2: message_.vendors.emplace_back(as_text(body)); break;
      case kSa2: return association2(body);
      case kKey2:
        message_.key_exchange = as_text(body.subspan(std::min<size_t>(4, body.size())));
        break;
      case kNotify2: {
        ByteReader reader(body);
        reader.skip(2);
        message_.notifications.push_back(reader.u16());
        break;
      }
      default: break;
    }
  }

  void keep(uint16_t type, uint64_t value) {
    if (message_.attributes.size() < kAttributesMax)
      message_.attributes.push_back({type, value});
    else
      message_.too_many_attributes = true;
  }

  // DOI, situation, then proposals of transforms of attributes (RFC 2408 3.4 to 3.6).
  void association1(Bytes body) {
    ByteReader reader(body);
    message_.doi = reader.u32();
    reader.skip(4);
    message_.has_proposal = true;
    for_each_nested(reader, [this](ByteReader proposal) {
      proposal.skip(2);  // number, protocol
      const size_t spi = proposal.u8();
      proposal.skip(1 + spi);
      for_each_nested(proposal, [this](ByteReader transform) {
        transform.skip(4);
        attributes1(transform);
      });
    });
  }

  void attributes1(ByteReader reader) {
    while (reader.remaining() >= 4) {
      const uint16_t type = reader.u16();
      const uint16_t short_value = reader.u16();
      if ((type & 0x8000) != 0) {
        keep(type & 0x7fff, short_value);
        continue;
      }
      const Bytes long_value = reader.take(short_value);
      uint64_t value = 0;
      for (const uint8_t byte : long_value.last(std::min<size_t>(8, long_value.size())))
        value = value << 8 | byte;
      if (reader.failed()) return;
      keep(type, value);
    }
  }

  // RFC 7296 3.3: of each transform its type and number.
  void association2(Bytes body) {
    message_.has_proposal = true;
    ByteReader reader(body);
    for_each_nested(reader, [this](ByteReader proposal) {
      proposal.skip(2);
      const size_t spi = proposal.u8();
      proposal.skip(1 + spi);
      for_each_nested(proposal, [this](ByteReader transform) {
        const uint8_t type = transform.u8();
        transform.skip(1);
        const uint16_t number = transform.u16();
        if (!transform.failed()) keep(type, number);
      });
    });
  }

  // Structures with a length of their own (header included), one after another.
  template <typename OnEach>
  void for_each_nested(ByteReader& reader, OnEach on_each) {
    while (reader.remaining() >= kGenericBytes) {
      reader.skip(2);
      const size_t length = reader.u16();
      const Bytes body = reader.take(length - std::min(length, kGenericBytes));
      if (reader.failed() || length < kGenericBytes) {
        message_.whole = false;
        return;
      }
      on_each(ByteReader(body));
    }
  }

  Message& message_;
};

}  // namespace

std::optional<Header> read_header(Bytes bytes) {
  ByteReader reader(bytes);
  Header header;
  header.initiator = as_text(reader.take(8));
  header.responder = as_text(reader.take(8));
  header.next = reader.u8();
  const uint8_t version = reader.u8();
  header.major = version >> 4;
  header.minor = version & 15;
  header.exchange = reader.u8();
  header.flags = reader.u8();
  header.message_id = reader.u32();
  header.length = reader.u32();
  if (reader.failed() || (header.major != 1 && header.major != 2) || header.length < kHeaderBytes ||
      header.initiator == std::string(8, '\0'))
    return std::nullopt;
  return header;
}

Bytes without_marker(Bytes bytes) {
  const bool marked = bytes.size() >= 4 &&
                      std::ranges::all_of(bytes.first(4), [](uint8_t byte) { return byte == 0; });
  return marked ? bytes.subspan(4) : bytes;
}

Message read_message(const Header& header, Bytes bytes) {
  Message message;
  message.header = header;
  MessageReader(message).read(bytes);
  return message;
}

}  // namespace picket::inspect::ike
