// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/sip/sdp.h"

namespace picket::inspect::sip {

constexpr size_t kHeadersMax = 256;
constexpr size_t kHeadMax = 64 << 10;   // of a message over TCP
constexpr size_t kBodyMax = 256 << 10;  // likewise; a longer one is passed over

// One SIP message. It is all of one direction.
class SipTransaction : public Transaction {
 public:
  SipTransaction(uint64_t tx_id, Direction way);
  // False: there is no start line.
  bool read(std::string_view head, std::string_view body);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return way_; }

 private:
  bool read_start(std::string_view line);
  std::optional<Bytes> header(std::string_view name, size_t index) const;
  std::optional<Bytes> description(BufferId id, size_t index) const;

  const Direction way_;
  bool response_ = false;
  std::string start_line_, method_, uri_, version_, code_, reason_;
  struct Header {
    std::string name, value;  // name in lower case, compact forms written out
  };
  std::vector<Header> headers_;
  std::optional<Sdp> sdp_;
};

// SIP (RFC 3261) over UDP, a message in a datagram, and TCP, where Content-Length tells its end.
class SipParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
  void message(Direction direction, std::string_view head, std::string_view body,
               FlowContext& flow);

  size_t skip_[2] = {0, 0};
};

bool is_start_line(std::string_view line);

}  // namespace picket::inspect::sip
