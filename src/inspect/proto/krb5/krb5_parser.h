// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/app/ber.h"

namespace picket::inspect::krb5 {

constexpr size_t kMessageMax = 512 << 10;
constexpr size_t kNamePartsMax = 16;

enum Type : uint8_t {
  kAsRequest = 10,
  kAsReply = 11,
  kTgsRequest = 12,
  kTgsReply = 13,
  kApRequest = 14,
  kApReply = 15,
  kError = 30
};
std::string type_text(uint8_t type);          // KRB_AS_REQ
std::string encryption_text(int64_t number);  // rc4-hmac
std::string error_text(int64_t code);         // KDC_ERR_PREAUTH_REQUIRED
bool is_weak(int64_t encryption);

// One message. It is all of one direction.
class Krb5Transaction : public Transaction {
 public:
  Krb5Transaction(uint64_t tx_id, Direction way);
  // False: it is no Kerberos message; what could be read is there.
  bool read(Bytes bytes);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return way_; }

  uint8_t type = 0;
  uint8_t failed_request = 0;  // of an error: the type of the request it answers; 0: not seen

 private:
  void read_request(BerReader& fields);
  void read_reply(BerReader& fields);
  void read_error(BerReader& fields);

  const Direction way_;
  std::vector<std::string> client_, server_;  // components of the names
  std::string realm_;
  std::optional<int64_t> encryption_, ticket_encryption_, error_;
};

// Kerberos over UDP (a message in a datagram) and TCP (length, message).
class Krb5Parser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;

 private:
  void message(Direction direction, Bytes bytes, FlowContext& flow);

  uint8_t last_request_ = 0;
};

}  // namespace picket::inspect::krb5
