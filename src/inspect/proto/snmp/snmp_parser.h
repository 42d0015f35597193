// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/app/ber.h"

namespace picket::inspect::snmp {

constexpr size_t kVariablesMax = 256;  // of one message

// One message. It is all of one direction.
class SnmpTransaction : public Transaction {
 public:
  SnmpTransaction(uint64_t tx_id, Direction way);
  // False: it is no SNMP message; what could be read is there.
  bool read(Bytes bytes);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return way_; }

 private:
  bool read_version3(BerReader& reader);
  bool read_pdu(const BerElement& pdu);
  bool read_trap1(BerReader& reader);
  void read_variables(BerReader& reader);

  const Direction way_;
  int version_ = 0;              // 1, 2, 3
  std::optional<uint8_t> type_;  // get_request 0 ... report 8
  std::string community_, user_;
  bool encrypted_ = false;
  std::vector<std::string> variables_;
  std::optional<int64_t> trap_type_;
  std::string trap_oid_, trap_address_;
};

// SNMP over UDP: a message in a datagram.
class SnmpParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
};

}  // namespace picket::inspect::snmp
