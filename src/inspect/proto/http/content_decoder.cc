// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/counter.h"

namespace picket::inspect::http {
namespace {

Counter bombs{"inspect.http.compression_bomb", "HTTP bodies that grew too much when decompressed"};
Counter undecodable{"weird.http.not_compressed", "HTTP bodies that are not compressed as they say"};

constexpr size_t kOutputStep = 16 * 1024;
constexpr size_t kHeadMax = 16 * 1024;  // of a gzip header with names and comments

// How long a gzip header is (RFC 1952 2.3), reserved flags ignored; nullopt: more bytes needed.
std::optional<size_t> gzip_header_size(Bytes head) {
  ByteReader reader(head);
  reader.skip(3);
  const uint8_t flags = reader.u8();
  reader.skip(6);
  if (flags & 4) reader.skip(reader.u16_le());
  for (const unsigned text_flag : {8u, 16u})
    if (flags & text_flag)
      while (!reader.failed() && reader.u8() != 0) {
      }
  if (flags & 2) reader.skip(2);
  if (reader.failed()) return std::nullopt;
  return reader.offset();
}

bool is_zlib(Bytes head) {
  return (head[0] & 0x0f) == 8 && head[0] >> 4 <= 7 && (head[0] << 8 | head[1]) % 31 == 0 &&
         (head[1] & 0x20) == 0;
}

}  // namespace

class ContentDecoder::Layer {
 public:
  virtual ~Layer() = default;
  virtual void decode(Bytes bytes, const Sink& sink) = 0;
  virtual void finish(const Sink& sink) = 0;
  bool failed = false;
};

// gzip, zlib or bare deflate: told by the first bytes.
class ContentDecoder::InflateLayer : public Layer {
 public:
  ~InflateLayer() override {
    if (ready_) inflateEnd(&stream_);
  }
  void decode(Bytes bytes, const Sink& sink) override {
    if (state_ == State::kHead) {
      head_.insert(head_.end(), bytes.begin(), bytes.end());
      begin(false, sink);
    } else if (state_ == State::kInflate) {
      if (emitted_ == 0 && head_.size() < kHeadMax)
        head_.insert(head_.end(), bytes.begin(), bytes.end());
      inflate_bytes(bytes, sink);
      if (state_ == State::kPass) pass(sink);
      if (emitted_ > 0) head_ = {};
    } else if (state_ == State::kPass) {
      sink(bytes);
    }
  }
  void finish(const Sink& sink) override {
    if (state_ == State::kHead) begin(true, sink);
  }

 private:
  enum class State { kHead, kInflate, kPass, kOver };

  // Looks at the first bytes, now that there are more of them.
  void begin(bool last, const Sink& sink) {
    if (head_.size() < 2 && !last) return;
    size_t skip = 0;
    if (head_.size() >= 2 && head_[0] == 0x1f && head_[1] == 0x8b) {
      const auto size = gzip_header_size(head_);
      if (!size && !last && head_.size() < kHeadMax) return;
      if (!size) return pass(sink);
      skip = *size;
    } else if (head_.size() >= 2 && is_zlib(head_)) {
      skip = 2;
    }
    if (!open()) return pass(sink);
    state_ = State::kInflate;
    inflate_bytes(Bytes(head_).subspan(skip), sink);
    if (state_ == State::kPass && skip == 2 && emitted_ == 0 && open()) {
      // Looked like zlib and was not: bare deflate may begin with those bytes as well.
      state_ = State::kInflate;
      passed_ = false;
      inflate_bytes(head_, sink);
    }
    if (state_ == State::kPass && !passed_) pass(sink);
    if (emitted_ > 0 || state_ != State::kInflate) head_ = {};
  }

  bool open() {
    if (ready_) inflateEnd(&stream_);
    stream_ = {};
    ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK;
    return ready_;
  }

  // It is not what it says: everything so far, and what follows, as it is.
  void pass(const Sink& sink) {
    state_ = State::kPass;
    passed_ = true;
    failed = true;
    undecodable.add();
    sink(head_);
    head_ = {};
  }

  void inflate_bytes(Bytes bytes, const Sink& sink) {
    std::array<uint8_t, kOutputStep> output;
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (true) {
      stream_.next_out = output.data();
      stream_.avail_out = static_cast<uInt>(output.size());
      const int result = inflate(&stream_, Z_SYNC_FLUSH);
      const size_t made = output.size() - stream_.avail_out;
      if (made > 0) {
        emitted_ += made;
        sink(Bytes(output.data(), made));
      }
      if (result == Z_STREAM_END) {
        state_ = State::kOver;  // trailer and what follows it are nobody's content
        return;
      }
      if (result != Z_OK && result != Z_BUF_ERROR) {
        state_ = emitted_ == 0 ? State::kPass : State::kOver;
        failed = true;
        return;
      }
      if (stream_.avail_out > 0 || result == Z_BUF_ERROR) break;
    }
  }

  State state_ = State::kHead;
  std::vector<uint8_t> head_;
  z_stream stream_{};
  bool ready_ = false, passed_ = false;
  uint64_t emitted_ = 0;
};

class ContentDecoder::BrotliLayer : public Layer {
 public:
  void decode(Bytes bytes, const Sink& sink) override {
    if (over_ || !state_) return;
    std::array<uint8_t, kOutputStep> output;
    const uint8_t* next = bytes.data();
    size_t left = bytes.size();
    while (true) {
      uint8_t* to = output.data();
      size_t room = output.size();
      const auto result =
          BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &to, nullptr);
      if (room < output.size()) sink(Bytes(output.data(), output.size() - room));
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
      if (result == BROTLI_DECODER_RESULT_ERROR) failed = true;
      over_ = result != BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT;
      return;
    }
  }
  void finish(const Sink&) override {}

 private:
  struct Free {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, Free> state_{
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)};
  bool over_ = false;
};

ContentDecoder::ContentDecoder() = default;
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;

ContentDecoder::Named ContentDecoder::start(std::string_view value, uint32_t layers_max,
                                            uint64_t bomb_from) {
  Named named;
  bomb_from_ = bomb_from;
  const size_t limit = layers_max == 0 ? kLayersMax : std::min<size_t>(layers_max, kLayersMax);
  while (!value.empty()) {
    const size_t comma = value.find(',');
    std::string word = ascii_lowered(value.substr(0, comma));
    value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
    std::erase_if(word, [](char c) { return static_cast<uint8_t>(c) <= ' '; });
    std::unique_ptr<Layer> layer;
    if (word.find("gzip") != std::string::npos || word.find("deflate") != std::string::npos) {
      named.abnormal |=
          word != "gzip" && word != "deflate" && word != "x-gzip" && word != "x-deflate";
      layer = std::make_unique<InflateLayer>();
    } else if (word == "br") {
      layer = std::make_unique<BrotliLayer>();
    } else {
      named.abnormal |= !word.empty() && word != "identity" && word != "none" && word != "inflate";
      continue;
    }
    if (layers_.size() == limit) {
      named.too_many = true;
      break;
    }
    layers_.insert(layers_.begin(), std::move(layer));
  }
  return named;
}

void ContentDecoder::emit(Bytes bytes, const Sink& sink) {
  if (bomb_ || bytes.empty()) return;
  out_ += bytes.size();
  if (out_ > kOutputMax || (out_ > bomb_from_ && out_ / kRatioMax > in_)) {
    bomb_ = true;
    bombs.add();
    return;
  }
  sink(bytes);
}

void ContentDecoder::feed(size_t layer, Bytes bytes, const Sink& sink) {
  if (bomb_) return;
  if (layer == layers_.size()) return emit(bytes, sink);
  layers_[layer]->decode(bytes, [&](Bytes more) { feed(layer + 1, more, sink); });
}

void ContentDecoder::decode(Bytes bytes, const Sink& sink) {
  if (bytes.empty()) return;
  in_ += bytes.size();
  feed(0, bytes, sink);
}

void ContentDecoder::finish(const Sink& sink) {
  for (size_t i = 0; i < layers_.size(); ++i)
    layers_[i]->finish([&](Bytes more) { feed(i + 1, more, sink); });
}

bool ContentDecoder::failed() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer->failed; });
}

}  // namespace picket::inspect::http
