// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "inspect/app/app_settings.h"
#include "inspect/file/file_body.h"
#include "inspect/file/range_files.h"
#include "inspect/proto/http/content_decoder.h"
#include "inspect/proto/http/multipart.h"

namespace picket::inspect::http {

// One message's body as its bytes come, framing already taken off: undone, kept in a window, and
// its files. Used by HTTP/1 and HTTP/2. Memory: FileBody's window and that of each file of an
// upload.
class Body {
 public:
  struct Opening {
    std::string name;
    bool is_file = false;                  // the body itself is a file
    std::string boundary;                  // not empty: its parts are
    std::optional<uint64_t> start, total;  // a range of a larger file
    uint64_t limit = 0;                    // bytes that are looked at; 0: all
  };
  void open(const Opening& opening);
  bool opened() const { return bytes_ != nullptr; }

  // Files that came into being are appended to `files`.
  void add(Bytes raw, std::vector<FileBody*>& files);
  void gap(uint64_t lost);
  void end(bool whole);

  FileBody* bytes() { return bytes_.get(); }
  const FileBody* bytes() const { return bytes_.get(); }
  // After end(): where this was a range of a larger file, it goes to the others of its kind; the
  // file that it completes is a further one of this body. nullptr: none was.
  FileBody* join_range(RangeFiles& ranges, std::string_view host, const AppSettings& settings,
                       WallTime now);
  FileBody* file(size_t number);
  uint64_t message_size() const { return message_size_; }  // before decoding
  const MultipartReader* multipart() const { return multipart_.get(); }

  ContentDecoder decoder;

 private:
  void add_decoded(Bytes bytes);

  std::unique_ptr<FileBody> bytes_;
  bool is_file_ = false, announced_ = false, limit_reached_ = false;
  std::unique_ptr<MultipartReader> multipart_;
  std::deque<std::unique_ptr<FileBody>> files_;
  uint64_t message_size_ = 0, limit_ = 0;
};

}  // namespace picket::inspect::http
