// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"

namespace picket::inspect::tftp {

constexpr size_t kNameMax = 512;  // bytes of a file's name

struct Request {
  bool write = false;
  std::string file, mode;  // mode in lower case
};
// nullopt: the datagram is no request.
std::optional<Request> read_request(Bytes datagram);

// A request to read or write a file. It is all of the client's direction; the answer comes from
// another port (RFC 1350 4), in a flow of its own.
class TftpTransaction : public Transaction {
 public:
  TftpTransaction(uint64_t tx_id, Request&& request);
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return Direction::kToServer; }

 private:
  Request request_;
};

class TftpParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
};

}  // namespace picket::inspect::tftp
