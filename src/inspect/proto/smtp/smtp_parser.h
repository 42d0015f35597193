// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/app/line.h"
#include "inspect/proto/smtp/smtp_transaction.h"

namespace picket::inspect::smtp {

constexpr size_t kLineBytesMax = 4096;  // of a command or reply; what is beyond is passed over
constexpr size_t kCommandsMax = 256;    // commands whose reply is still to come

// SMTP (RFC 5321) with PIPELINING (2920), CHUNKING (3030) and STARTTLS (3207). A mail is a
// transaction; it is over when the server has answered its end of data, or accepted a reset. Keeps
// the commands that wait for a reply, and no bytes: lines wait in the window they are given in.
class SmtpParser : public AppParser {
 public:
  explicit SmtpParser(const AppSettings& settings) : settings_(&settings) {}
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  enum class Command : uint8_t {
    kHelo,
    kData,
    kDataEnd,
    kBdat,
    kBdatLast,
    kReset,
    kStartTls,
    kOther
  };
  enum class Mode : uint8_t { kCommands, kData, kChunk };
  struct Waiting {
    Command command;
    std::optional<uint64_t> transaction;
  };

  void client_line(const Line& line, FlowContext& flow);
  void command_line(std::string_view text, FlowContext& flow);
  void envelope_line(std::string_view text);
  void mail_command(std::string_view text);
  void recipient_command(std::string_view text);
  void data_command();
  void chunk_command(std::string_view text);
  void message_line(const Line& line);
  bool reply_line(const Line& line, FlowContext& flow);
  bool answered(unsigned code, FlowContext& flow);
  void answer_data(unsigned code, Waiting waiting);
  SmtpTransaction* current();
  SmtpTransaction* of(const Waiting& waiting);
  void open(FlowContext& flow);
  void wait_for(Command command);
  void complete(const Waiting& waiting);
  void event(std::string_view name, Direction direction);

  const AppSettings* settings_;
  Mode mode_ = Mode::kCommands;
  bool data_pending_ = false;   // DATA was sent, its reply has not come
  bool line_cut_ = false;       // the rest of a line too long is to be passed over
  bool reset_pending_ = false;  // RSET was sent: what follows belongs to another mail
  bool reply_seen_ = false, out_of_step_ = false;
  uint64_t chunk_left_ = 0;
  bool chunk_last_ = false;
  std::deque<Waiting> waiting_;
  std::optional<uint64_t> current_;
  std::string helo_;
};

}  // namespace picket::inspect::smtp
