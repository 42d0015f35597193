// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "inspect/app/app_parser.h"
#include "inspect/app/one_way.h"

namespace picket::inspect::ntp {

constexpr uint8_t kModeServer = 4;

// What the first octets of a message say (RFC 5905 7.3).
struct Header {
  uint8_t version = 0, mode = 0, stratum = 0;
  Bytes reference_id;  // four octets of the datagram; of control and private messages none
};
// nullopt: it is no NTP message of versions 1 to 4.
std::optional<Header> read_header(Bytes bytes);

// One message.
class NtpTransaction final : public OneWayTransaction {
 public:
  NtpTransaction(uint64_t number, Direction way, const Header& header);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

 private:
  const uint8_t version_, mode_, stratum_;
  const std::string reference_id_;
};

// NTP over UDP: a message in a datagram.
class NtpParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
};

}  // namespace picket::inspect::ntp
