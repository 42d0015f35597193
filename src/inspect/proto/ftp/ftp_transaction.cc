// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/ftp_transaction.h"

#include "inspect/app/eve_text.h"

namespace picket::inspect::ftp {

std::optional<Bytes> FtpTransaction::buffer(BufferId buffer_id, Direction direction, size_t index) {
  const bool client = direction == Direction::kToServer;
  switch (buffer_id) {
    case BufferId::k_ftp_command:
      return client && index == 0 && !command.empty() ? std::optional(as_bytes(command))
                                                      : std::nullopt;
    case BufferId::k_ftp_command_data:
      return client && index == 0 && !argument.empty() ? std::optional(as_bytes(argument))
                                                       : std::nullopt;
    case BufferId::k_ftp_reply:
      return !client && index < replies.size() ? std::optional(as_bytes(replies[index]))
                                               : std::nullopt;
    case BufferId::k_ftp_completion_code:
      return !client && index < codes.size() ? std::optional(as_bytes(codes[index])) : std::nullopt;
    case BufferId::k_ftp_reply_received:
      return index == 0 ? std::optional(as_bytes(reply_seen ? "yes" : "no")) : std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<int64_t> FtpTransaction::field(FieldId field_id, Direction, size_t index) {
  if (index > 0) return std::nullopt;
  if (field_id == FieldId::k_ftp_dynamic_port) return data_port;
  if (field_id == FieldId::k_ftp_mode && data_port) return active ? 0 : 1;
  if (field_id == FieldId::k_ftpbounce && bounce) return 1;
  return std::nullopt;
}

void FtpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  eve_member_if(out, "command", command);
  if (!command.empty()) {
    eve_member_if(out, "command_data", argument);
    out.member("command_truncated", command_cut);
  }
  const auto list = [&](std::string_view member, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out.key(member).begin_array();
    for (const std::string& value : values) out.value(eve_text(value));
    out.end_array();
  };
  list("completion_code", codes);
  list("reply", replies);
  out.member("reply_truncated", reply_cut);
  if (data_port)
    out.member("mode", active ? "active" : "passive").member("dynamic_port", *data_port);
  out.member("reply_received", reply_seen ? "yes" : "no");
  out.end_object();
}

FtpDataTransaction::FtpDataTransaction(uint64_t tx_id, std::string command, std::string file_name)
    : Transaction(AppProtocol::kFtpData, tx_id),
      body(as_bytes(file_name)),
      command_(std::move(command)),
      file_name_(std::move(file_name)) {}

std::optional<int64_t> FtpDataTransaction::field(FieldId field_id, Direction, size_t index) {
  if (field_id != FieldId::k_ftpdata_command || index > 0) return std::nullopt;
  return command_ == "STOR" ? 2 : 1;
}

FileBody* FtpDataTransaction::file(Direction direction, size_t index) {
  return index == 0 && way == direction ? &body : nullptr;
}

void FtpDataTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  eve_member_if(out, "filename", file_name_);
  eve_member_if(out, "command", command_);
  out.end_object();
}

}  // namespace picket::inspect::ftp
