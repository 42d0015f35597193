// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "inspect/file/file_body.h"

namespace picket::inspect::http {

// Files out of a multipart/form-data body (RFC 7578, 2046 5.1), as its bytes come. A part that
// names a file becomes a FileBody. Lenient: LF line ends, no final boundary, headers in any order.
// Bounds: kFilesMax files of a body (then the rest is only skipped), kHeaderMax bytes of a part's
// headers, kBoundaryMax of a boundary. Not thread-safe.
class MultipartReader {
 public:
  static constexpr size_t kFilesMax = 256;
  static constexpr size_t kHeaderMax = 8192;
  static constexpr size_t kBoundaryMax = 200;

  // The boundary in a Content-Type's value; empty: it is no multipart with a boundary.
  static std::string_view boundary_of(std::string_view content_type);

  explicit MultipartReader(std::string_view boundary) : delimiter_("--" + std::string(boundary)) {}

  // Files are appended to `files`.
  void feed(Bytes bytes, std::deque<std::unique_ptr<FileBody>>& files);
  // The body has ended; `whole`: with all its bytes.
  void end(bool whole, std::deque<std::unique_ptr<FileBody>>& files);

  bool broken() const { return broken_; }         // a part's header made no sense
  bool without_data() const { return no_data_; }  // a part with neither headers nor data

 private:
  enum class State { kPreamble, kHeader, kContent, kOver };
  size_t preamble(std::string_view bytes);
  size_t header(std::string_view bytes, std::deque<std::unique_ptr<FileBody>>& files);
  size_t content(std::string_view bytes);
  size_t after_delimiter(std::string_view bytes, size_t at);

  std::string delimiter_;
  std::string pending_;
  State state_ = State::kPreamble;
  FileBody* file_ = nullptr;
  bool broken_ = false, no_data_ = false;
};

// A parameter of a header such as Content-Disposition: form-data; name="x"; filename="y". Quoted or
// bare; also filename*=UTF-8''y (RFC 5987, percent-decoded). Empty: there is none.
std::string header_parameter(std::string_view value, std::string_view name);

}  // namespace picket::inspect::http
