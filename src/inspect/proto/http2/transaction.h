// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_settings.h"
#include "inspect/app/transaction.h"
#include "inspect/proto/dns/shown_message.h"
#include "inspect/proto/http/body.h"
#include "inspect/proto/http2/field_list.h"

namespace picket::inspect::http2 {

// What one side said on a stream besides its body.
struct StreamSide {
  static constexpr size_t kNumbersMax = 256;  // kept of each kind
  FieldList fields;
  std::vector<uint8_t> frame_types;
  std::vector<uint32_t> errors, windows, size_updates;
  std::vector<uint8_t> priorities;
  struct Setting {
    uint16_t id;
    uint32_t value;
  };
  std::vector<Setting> settings;
  http::Body body;

  template <typename T>
  static void keep(std::vector<T>& list, T item) {
    if (list.size() < kNumbersMax) list.push_back(item);
  }
};

// One stream of HTTP/2: a request and its answer; or one frame of stream 0, which concerns them
// all. Progress: as HTTP's (http/buffers.def). Memory: two field lists, two bodies, StreamSide's
// numbers.
class Http2Transaction : public Transaction {
 public:
  Http2Transaction(uint64_t number, uint32_t stream, const AppSettings& settings)
      : Transaction(AppProtocol::kHttp2, number), stream_id(stream), settings_(settings) {}

  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  uint64_t body_offset(BufferId id, Direction direction) const override;
  FileBody* file(Direction direction, size_t index) override;
  // With DNS in it (RFC 8484) the record is one of DNS, and HTTP's object stands beside.
  void append_eve(JsonWriter& out) const override;
  void append_eve_more(JsonWriter& out) const override;
  std::string_view eve_type() const override;

  StreamSide& side(Direction direction) { return sides[picket::inspect::index(direction)]; }
  const StreamSide& side(Direction direction) const {
    return sides[picket::inspect::index(direction)];
  }
  void fields_end(Direction direction);  // a header block has been read
  const std::string& host() const { return host_; }
  void open_body(Direction direction);
  void end_body(Direction direction, bool whole);
  bool has_dns() const { return dns_[0] || dns_[1]; }

  const uint32_t stream_id;
  std::array<StreamSide, 2> sides;

 private:
  std::optional<Bytes> line_buffer(BufferId id, Direction direction) const;
  std::optional<Bytes> fields_buffer(BufferId id, Direction direction, size_t at) const;
  void append_http(JsonWriter& out) const;
  void read_dns(Direction direction, Bytes message);
  bool has_record() const;

  const AppSettings& settings_;
  std::array<std::optional<dns::ShownMessage>, 2> dns_;
  std::string request_line_, response_line_, host_;
};

// base64url without padding (RFC 4648 5); what is no digit of it ends the text.
std::string base64url_decode(std::string_view text);

}  // namespace picket::inspect::http2
