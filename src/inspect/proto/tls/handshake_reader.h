// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect::tls {

// One direction's records (RFC 8446 5.1) taken apart: handshake messages are put together across
// records, everything else is told by type. Memory: one handshake message of at most kMessageMax; a
// longer one is skipped. Not thread-safe; views live until the next call.
class HandshakeReader {
 public:
  static constexpr size_t kMessageMax = 128 * 1024;
  static constexpr size_t kRecordMax = (1 << 14) + 2048;

  enum class Kind : uint8_t {
    kNeedMore,
    kMessage,  // a handshake message: `type`, `body`
    kSkipped,  // one that was too long
    kChangeCipher,
    kAlert,        // body: what is there of level and description
    kHeartbeat,    // body: its first bytes; `record_size`
    kApplication,  // encrypted content begins
    kBadType,
    kBadVersion,
    kBadLength,  // no TLS record
  };
  struct Item {
    Kind kind = Kind::kNeedMore;
    uint8_t type = 0;
    Bytes body;
    uint16_t record_version = 0;
    size_t record_size = 0;
  };

  // Takes from `bytes` from `used` on, advances it.
  Item next(Bytes bytes, size_t& used);
  // From here on handshake records hold ciphertext and are passed over.
  void set_encrypted() { encrypted_ = true; }
  bool encrypted() const { return encrypted_; }

 private:
  Item record_start(Bytes bytes, size_t& used);
  bool message(Item& item);

  std::vector<uint8_t> pending_;  // handshake bytes not handed out yet
  size_t handed_ = 0;             // of those, done with
  size_t left_ = 0;               // of the record being read
  size_t skip_ = 0;               // of a message too long
  uint8_t record_type_ = 0;
  uint16_t record_version_ = 0;
  bool encrypted_ = false;
};

}  // namespace picket::inspect::tls
