// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/app/direction.h"

namespace picket::inspect::http {

// Headers that picket looks up; found while reading, so that a lookup is an index.
enum class Known : uint8_t {
  kNone,
  kHost,
  kCookie,
  kSetCookie,
  kUserAgent,
  kAccept,
  kAcceptEncoding,
  kAcceptLanguage,
  kReferer,
  kConnection,
  kContentLength,
  kContentType,
  kContentDisposition,
  kContentEncoding,
  kContentRange,
  kTransferEncoding,
  kLocation,
  kServer,
  kAuthorization,
  kUpgrade,
  kForwardedFor,
  kHttp2Settings,
  kCount,
};
Known known_header(std::string_view name);

// The head of one request or response, HTTP/1: first line and headers, fed line by line as they are
// told apart. The bytes are kept once; headers are offsets into them. A folded or repeated value is
// put together in a second string (repeats joined with ", " at the place of the first,
// Content-Length keeps its first). Views live until the next add_… call.
//
// Bounds: kHeadersMax headers, further ones are left out and counted; the caller bounds line
// lengths.
class Message {
 public:
  static constexpr size_t kHeadersMax = 1024;
  static constexpr size_t kRepeatsMax = 64;  // joined values of repeated headers in one message
  static constexpr size_t kHeadMax =
      256 * 1024;  // bytes of all lines; past it headers are left out

  struct Header {
    uint32_t name = 0, name_size = 0, value = 0, value_size = 0;
    uint32_t hash = 0;  // of the name in lower case
    Known known = Known::kNone;
    bool joined = false;  // the value is in the second string
  };

  void clear();
  // The line without its end; `raw` with it.
  void set_first_line(std::string_view line, std::string_view raw);
  // `line` is in `raw`; returns the number of the header, or nullopt when it was left out or
  // joined.
  enum class Added : uint8_t { kNew, kRepeated, kLeftOut };
  Added add_header(std::string_view name, std::string_view value, std::string_view raw, bool plain);
  // A continuation of the header added last.
  void fold(char separator, std::string_view value, std::string_view raw);
  // The header added last had no colon; it follows only now. False: there is no such header.
  bool name_last(std::string_view value, std::string_view raw);
  void end_headers(std::string_view raw);  // the empty line

  bool ended() const { return ended_; }
  std::string_view first_line() const { return std::string_view(raw_).substr(0, line_size_); }
  std::string_view raw_headers() const { return std::string_view(raw_).substr(headers_at_); }
  size_t header_count() const { return headers_.size(); }
  std::string_view name(size_t i) const {
    return std::string_view(raw_).substr(headers_[i].name, headers_[i].name_size);
  }
  std::string_view value(size_t i) const {
    const Header& header = headers_[i];
    return std::string_view(header.joined ? joined_ : raw_).substr(header.value, header.value_size);
  }
  std::optional<std::string_view> find(Known known) const {
    const uint16_t at = known_[static_cast<size_t>(known)];
    if (at == 0) return std::nullopt;
    return value(at - 1u);
  }
  bool left_out() const { return left_out_; }

  // What the buffers http.start, http.header and http.header_names hold; made on first use.
  std::string_view start() const;
  std::string_view headers_without(Known cookie) const;
  std::string_view header_names() const;
  // The n-th "Name: value".
  std::optional<std::string_view> header_line(size_t i) const;

 private:
  bool join(Header& header, std::string_view separator, std::string_view value);

  std::string raw_, joined_;
  std::vector<Header> headers_;
  std::array<uint16_t, static_cast<size_t>(Known::kCount)> known_{};  // 1 + number; 0: not there
  uint32_t line_size_ = 0, headers_at_ = 0;
  uint32_t repeats_ = 0;
  bool ended_ = false, left_out_ = false;
  bool plain_ = true;  // the bytes on the wire are what http.start shows
  mutable std::string start_, filtered_, names_;
  mutable std::vector<uint32_t> lines_;  // where the headers begin in start()
  mutable bool start_made_ = false, filtered_made_ = false;
};

// How a direction's lines end.
enum class LineEnds : uint8_t { kRequest, kResponse };
struct Line {
  bool found = false;
  size_t content = 0;  // bytes before its end
  size_t total = 0;    // with it
  bool odd_end = false;
  bool crlf = false;
};
// The next header line in `bytes`. A response's may end in CR alone, LF CR, or a run of CR and
// blanks after a CRLF, as browsers accept. `last`: no more bytes come, what is there is a line.
Line next_line(std::string_view bytes, LineEnds ends, bool last);

std::string_view trimmed(std::string_view text);  // without blanks and control bytes at both ends
bool equal_nocase(std::string_view a, std::string_view lower);
bool contains_nocase(std::string_view text, std::string_view lower);  // NULs in `text` are skipped

}  // namespace picket::inspect::http
