// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect::quic {

// The handshake bytes of one direction from its CRYPTO frames, which come in any order and overlap.
// The first bytes for an offset win. Bounds: kBytesMax bytes of stream, kPiecesMax pieces waiting.
class CryptoStream {
 public:
  static constexpr size_t kBytesMax = 64 * 1024;
  static constexpr size_t kPiecesMax = 256;

  void add(uint64_t offset, Bytes bytes);
  Bytes in_order() const { return joined_; }  // from the start of the stream; lives until add()
  bool overflowed() const { return overflowed_; }

 private:
  std::vector<uint8_t> joined_;
  std::map<uint64_t, std::vector<uint8_t>> waiting_;
  bool overflowed_ = false;
};

}  // namespace picket::inspect::quic
