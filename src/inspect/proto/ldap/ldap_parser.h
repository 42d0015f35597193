// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/ldap/message.h"

namespace picket::inspect::ldap {

constexpr size_t kMessageMax = 768 << 10;
constexpr size_t kResponsesMax = 255;  // kept of one request

// A request with its responses.
class LdapTransaction : public Transaction {
 public:
  explicit LdapTransaction(uint64_t tx_id) : Transaction(AppProtocol::kLdap, tx_id) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  std::optional<Message> request;
  std::vector<Message> responses;
};

// LDAP (RFC 4511) over TCP, and over UDP as Active Directory is pinged (MS-ADTS 6.3.3). A message
// waits in the window until it is whole. STARTTLS hands over.
class LdapParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  void message(Direction direction, Message&& message, FlowContext& flow);
  void response(Message&& message, FlowContext& flow);

  std::optional<int64_t> start_tls_;  // id of the request
};

}  // namespace picket::inspect::ldap
