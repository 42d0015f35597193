// SPDX-License-Identifier: Apache-2.0
// The server's side of SMTP: replies, and what they do to the mail they answer.
#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "inspect/proto/smtp/smtp_parser.h"
#include "inspect/proto/smtp/weird.h"

namespace picket::inspect::smtp {
namespace {

// RFC 5321 4.2.3, RFC 4954, RFC 3207, RFC 7504, and a few in use that nobody registered.
constexpr uint16_t kCodes[] = {211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 401,
                               402, 421, 432, 435, 450, 451, 452, 454, 455, 458, 459,
                               500, 501, 502, 503, 504, 521, 525, 530, 533, 534, 535,
                               538, 541, 550, 551, 552, 553, 554, 555, 556, 557};

unsigned code_of(std::string_view text) {
  const auto code = text.size() < 3 ? std::nullopt : decimal(text.substr(0, 3));
  const bool parted = text.size() == 3 || (text.size() > 3 && (text[3] == ' ' || text[3] == '-'));
  return code && parted ? static_cast<unsigned>(*code) : 0;
}

}  // namespace

// False: this is no SMTP server.
bool SmtpParser::reply_line(const Line& line, FlowContext& flow) {
  const std::string_view text = as_text(line.text);
  if (!line.whole) {
    counter_of(Weird::kLineTooLong).add();
    event("max_reply_line_len_exceeded", Direction::kToClient);
  }
  const unsigned code = code_of(text);
  if (std::ranges::find(kCodes, code) == std::end(kCodes)) {
    if (out_of_step_) return true;
    counter_of(Weird::kReplyUnknown).add();
    event("invalid_reply", Direction::kToClient);
    return false;
  }
  out_of_step_ = false;
  const bool more = text.size() > 3 && text[3] == '-';
  return more || answered(code, flow);
}

bool SmtpParser::answered(unsigned code, FlowContext& flow) {
  const bool first = !reply_seen_;
  reply_seen_ = true;
  // The greeting comes unasked, and may come after a client that did not wait for it.
  if (first && code == 220) return true;
  if (waiting_.empty()) {
    if (code == 421) return true;  // it goes away
    if (first) {
      event("no_server_welcome_message", Direction::kToClient);
      return true;
    }
    counter_of(Weird::kReplyUnasked).add();
    event("unable_to_match_reply_with_request", Direction::kToClient);
    return true;
  }
  const Waiting waiting = waiting_.front();
  waiting_.pop_front();
  const bool accepted = code >= 200 && code < 300;
  const SmtpTransaction* transaction = of(waiting);
  const bool begun = transaction != nullptr && (transaction->mail_from || transaction->data_asked);
  switch (waiting.command) {
    case Command::kData: answer_data(code, waiting); break;
    case Command::kDataEnd: complete(waiting); break;
    case Command::kBdatLast:
      if (accepted) complete(waiting);
      break;
    case Command::kReset:
      reset_pending_ = reset_pending_ && waiting_.size() > 0;
      if (accepted && begun) complete(waiting);
      break;
    case Command::kHelo:
      if (accepted && begun && current_ == waiting.transaction) complete(waiting);
      break;
    case Command::kStartTls:
      if (code == 220) {
        flow.change_to = AppProtocol::kTls;
        complete(waiting);
      } else {
        event("tls_rejected", Direction::kToClient);
      }
      break;
    case Command::kBdat:
    case Command::kOther: break;
  }
  return true;
}

void SmtpParser::answer_data(unsigned code, Waiting waiting) {
  SmtpTransaction* transaction = of(waiting);
  if (code == 354) {
    if (data_pending_ && current_ == waiting.transaction) mode_ = Mode::kData;
  } else {
    if (transaction != nullptr)
      transaction->add_event("data_command_rejected", Direction::kToClient);
    const bool nothing_came = transaction == nullptr || !transaction->message;
    if (mode_ == Mode::kData && current_ == waiting.transaction && nothing_came)
      mode_ = Mode::kCommands;
  }
  if (current_ == waiting.transaction) data_pending_ = false;
}

}  // namespace picket::inspect::smtp
