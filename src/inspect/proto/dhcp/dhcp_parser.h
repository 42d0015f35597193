// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"

namespace picket::inspect::dhcp {

constexpr size_t kOptionsMax = 256;  // of one message

// One message (RFC 2131, options RFC 2132). It is all of one direction.
class DhcpTransaction : public Transaction {
 public:
  DhcpTransaction(uint64_t tx_id, Direction way);
  bool read(Bytes bytes);
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return way_; }

 private:
  struct Option {
    uint8_t code;
    std::string value;
  };
  void read_options(Bytes bytes);
  const Option* option(uint8_t code) const;
  std::optional<uint32_t> number(uint8_t code) const;
  void append_options(JsonWriter& out) const;
  void append_addresses(JsonWriter& out, std::string_view member, uint8_t code) const;

  const Direction way_;
  bool reply_ = false;
  uint32_t id_ = 0;
  std::string client_ip_, your_ip_, next_ip_, relay_ip_, client_mac_;
  std::vector<Option> options_;
};

// DHCP over UDP: a message in a datagram.
class DhcpParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
};

}  // namespace picket::inspect::dhcp
