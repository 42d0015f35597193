// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/transaction.h"
#include "inspect/file/file_body.h"

namespace picket::inspect::ftp {

constexpr size_t kRepliesMax = 64;  // lines of one command's replies

// A command with its replies; the greeting is one without a command. Progress: 1 the command is
// there, kDone its last reply.
class FtpTransaction : public Transaction {
 public:
  explicit FtpTransaction(uint64_t tx_id) : Transaction(AppProtocol::kFtp, tx_id) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  std::string command, argument;
  bool command_cut = false, reply_cut = false, reply_seen = false;
  std::vector<std::string> codes, replies;
  // PORT, EPRT (active), PASV, EPSV: where the data connection goes.
  std::optional<uint16_t> data_port;
  bool active = false;
  bool bounce = false;  // PORT to an address that is not the client's
};

// What a data connection carries.
class FtpDataTransaction : public Transaction {
 public:
  FtpDataTransaction(uint64_t tx_id, std::string command, std::string file_name);
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  FileBody* file(Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::string_view eve_type() const override { return "ftp_data"; }

  std::optional<Direction> way;  // of the bytes
  FileBody body;

 private:
  std::string command_, file_name_;
};

}  // namespace picket::inspect::ftp
