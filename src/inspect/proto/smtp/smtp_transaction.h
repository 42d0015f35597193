// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "inspect/app/transaction.h"
#include "inspect/proto/smtp/mime.h"

namespace picket::inspect::smtp {

constexpr size_t kRecipientsMax = 256;

// One mail: its envelope and, sent with DATA, the message. Progress of the client's direction: 1
// the envelope is being given, 2 it is complete, 3 the message is there, kDone the server answered
// it.
class SmtpTransaction : public Transaction {
 public:
  static constexpr uint8_t kEnvelope = 1, kEnvelopeDone = 2, kMessageDone = 3;

  SmtpTransaction(uint64_t tx_id, std::string helo);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  FileBody* file(Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  void append_eve_more(JsonWriter& out) const override;

  void finish();       // nothing more comes
  void take_events();  // those of the message

  std::string helo;
  std::optional<std::string> mail_from;
  std::vector<std::string> recipients;
  bool data_asked = false;  // DATA was sent, whatever came of it
  std::unique_ptr<MimeMessage> message;

 private:
  std::optional<Bytes> header_value(std::string_view name, size_t index) const;
  void append_list(JsonWriter& out, std::string_view member, std::string_view header) const;
};

}  // namespace picket::inspect::smtp
