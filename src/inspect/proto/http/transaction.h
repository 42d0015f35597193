// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/app/app_settings.h"
#include "inspect/app/transaction.h"
#include "inspect/file/file_body.h"
#include "inspect/proto/http/body.h"
#include "inspect/proto/http/message.h"

namespace picket::inspect::http {

// A request and its answer, HTTP/1. Progress: see buffers.def. Memory: two heads (Message::kHeadMax
// each), two body windows (FileBody), the files of an upload.
class HttpTransaction : public Transaction {
 public:
  HttpTransaction(uint64_t number, const AppSettings& settings)
      : Transaction(AppProtocol::kHttp, number), settings_(settings) {}

  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  uint64_t body_offset(BufferId id, Direction direction) const override;
  FileBody* file(Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  // The parser fills these in.
  struct Span {
    uint32_t at = 0, size = 0;
  };
  Message messages[2];                        // by direction
  Span method, target, protocol;              // of the request line
  Span answer_protocol, status, status_text;  // of the status line
  int status_code = -1;
  bool request_seen = false, response_seen = false;
  std::string uri;               // normalised
  std::string path;              // its path alone
  std::string host;              // normalised; empty: none
  std::optional<uint16_t> port;  // said beside the host
  bool has_host = false;
  bool host_in_target = false;
  Span target_host;
  Body bodies[2];

  Message& message(Direction direction) { return messages[picket::inspect::index(direction)]; }
  const Message& message(Direction direction) const {
    return messages[picket::inspect::index(direction)];
  }
  Body& body(Direction direction) { return bodies[picket::inspect::index(direction)]; }
  const Body& body(Direction direction) const { return bodies[picket::inspect::index(direction)]; }
  std::string_view request_text(Span span) const {
    return messages[0].first_line().substr(span.at, span.size);
  }
  std::string_view response_text(Span span) const {
    return messages[1].first_line().substr(span.at, span.size);
  }
  std::string_view method_text() const { return request_text(method); }

  void add_body(Direction direction, Bytes raw, std::vector<FileBody*>& opened);
  void body_gap(Direction direction, uint64_t lost);
  void end_body(Direction direction, bool whole);

 private:
  std::optional<Bytes> head_buffer(BufferId id, Direction direction, size_t index) const;
  std::optional<Bytes> line_buffer(BufferId id, Direction direction) const;
  void open_body(Direction direction);

  const AppSettings& settings_;
};

// The members of EVE's content_range object, if `value` can be read: "bytes 0-9/100".
struct ContentRange {
  std::optional<int64_t> start, end, size;
};
ContentRange parse_content_range(std::string_view value);
void append_content_range(JsonWriter& out, std::string_view value);

}  // namespace picket::inspect::http
