// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/app/line.h"
#include "inspect/proto/ftp/ftp_transaction.h"

namespace picket::inspect::ftp {

constexpr size_t kLineBytesMax = 4096;   // of a command or reply, ending included
constexpr size_t kCommandBytesMax = 32;  // a longer word is no command

// FTP's control connection (RFC 959, 2228, 2428). A command is a transaction and ends with its last
// reply; replies answer commands in order. A transfer (RETR, STOR, ...) announces its data
// connection.
class FtpParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  void command_line(const Line& line, FlowContext& flow);
  void active_command(FtpTransaction& transaction, FlowContext& flow);
  void announce(const FtpTransaction& transaction, FlowContext& flow);
  void reply_line(const Line& line, FlowContext& flow);
  void final_reply(FtpTransaction& transaction, unsigned code, std::string_view text,
                   FlowContext& flow);

  LineSide lines_[2];
  std::string reply_code_;        // of a reply of several lines
  std::optional<Endpoint> data_;  // where the next data connection goes
  bool data_active_ = false;
};

// FTP's data connection: one file, in the direction whose bytes come first.
class FtpDataParser : public AppParser {
 public:
  explicit FtpDataParser(const FlowContext& flow);
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  FtpDataTransaction* file();
};

}  // namespace picket::inspect::ftp
