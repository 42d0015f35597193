// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect::http {

// Undoes Content-Encoding (RFC 9110 8.4), as leniently as clients do: a layer that says gzip or
// deflate takes gzip, zlib and bare deflate, whichever the bytes are; bytes that are none of these
// pass unchanged; trailers and header checksums are not verified. Layers are undone from the last
// named to the first. Brotli only where it is named.
//
// Bounds: kLayersMax layers; of one body no more than kRatioMax times what came in, once that is
// over `bomb_from`, and kOutputMax in all: past it the rest is dropped and bomb() says so. Not
// thread-safe.
class ContentDecoder {
 public:
  static constexpr size_t kLayersMax = 8;
  static constexpr uint64_t kRatioMax = 2048, kOutputMax = 256 << 20;
  using Sink = std::function<void(Bytes)>;

  struct Named {
    bool too_many = false, abnormal = false;  // more than allowed; odd words in the header
  };
  ContentDecoder();
  ~ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;

  // Sets the layers up from the header's value. `layers_max`: 0 is no limit of the user's own.
  Named start(std::string_view content_encoding, uint32_t layers_max, uint64_t bomb_from);
  bool active() const { return !layers_.empty(); }
  void decode(Bytes bytes, const Sink& sink);
  // The body has ended: what waits for more comes out as it is.
  void finish(const Sink& sink);
  bool bomb() const { return bomb_; }
  bool failed() const;  // a layer met bytes that it could not undo

 private:
  class Layer;
  class InflateLayer;
  class BrotliLayer;
  void feed(size_t layer, Bytes bytes, const Sink& sink);
  void emit(Bytes bytes, const Sink& sink);

  std::vector<std::unique_ptr<Layer>> layers_;  // in the order of undoing
  uint64_t in_ = 0, out_ = 0, bomb_from_ = 0;
  bool bomb_ = false;
};

}  // namespace picket::inspect::http
