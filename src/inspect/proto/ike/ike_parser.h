// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/app/one_way.h"
#include "inspect/proto/ike/message.h"

namespace picket::inspect::ike {

// What both sides of an exchange of version 1 have said so far: its records show it all.
struct Exchange1 {
  struct Side {
    std::string key_exchange, nonce;
    std::vector<Attribute> attributes;
  };
  std::array<Side, 2> sides;
  std::vector<std::string> vendors;
  std::optional<uint32_t> doi;
};

// One message.
class IkeTransaction final : public OneWayTransaction {
 public:
  IkeTransaction(uint64_t number, Direction way, Message message, Exchange1 exchange);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

 private:
  void append_version1(JsonWriter& out) const;
  void append_version2(JsonWriter& out) const;

  const Message message_;
  const Exchange1 exchange_;
  const std::string initiator_, responder_;  // SPIs in hexadecimal
  const std::string key_exchange_, nonce_;   // likewise
};

// IKE over UDP: a message in a datagram. What is encrypted is not followed.
class IkeParser final : public AppParser {
 public:
  static constexpr size_t kVendorsMax = 32;
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
  void note(Direction direction, const Message& message);
  Exchange1 exchange_;
};

}  // namespace picket::inspect::ike
