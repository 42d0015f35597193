// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/smtp_parser.h"

#include <algorithm>

#include "base/ascii.h"
#include "inspect/proto/smtp/weird.h"

namespace picket::inspect::smtp {
namespace {

constexpr std::string_view kVerbs[] = {"helo", "ehlo",     "mail", "rcpt", "data", "rset", "quit",
                                       "noop", "starttls", "auth", "bdat", "vrfy", "expn", "help"};

bool is_verb(std::string_view text, std::string_view verb) {
  return starts_ignoring_case(text, verb) &&
         (text.size() == verb.size() || text[verb.size()] == ' ' || text[verb.size()] == '\t');
}
bool is_command(std::string_view text) {
  return std::ranges::any_of(kVerbs, [&](std::string_view verb) { return is_verb(text, verb); });
}

// What follows the colon of "MAIL FROM:<a@b> SIZE=5": "<a@b>".
std::string_view path_of(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view rest = trimmed(text.substr(colon + 1));
  return rest.substr(0, rest.find(' '));
}

}  // namespace

SmtpTransaction* SmtpParser::current() {
  if (!current_) return nullptr;
  auto* found = static_cast<SmtpTransaction*>(find_transaction(*current_));
  return found == nullptr || found->done() ? nullptr : found;
}

SmtpTransaction* SmtpParser::of(const Waiting& waiting) {
  if (!waiting.transaction) return nullptr;
  auto* found = static_cast<SmtpTransaction*>(find_transaction(*waiting.transaction));
  return found == nullptr || found->done() ? nullptr : found;
}

void SmtpParser::open(FlowContext& flow) {
  current_ = open_transaction<SmtpTransaction>(flow, helo_).id;
}

void SmtpParser::complete(const Waiting& waiting) {
  if (SmtpTransaction* transaction = of(waiting)) transaction->finish();
  if (current_ == waiting.transaction) current_.reset();
}

void SmtpParser::event(std::string_view name, Direction direction) {
  if (SmtpTransaction* transaction = current()) transaction->add_event(name, direction);
}

void SmtpParser::wait_for(Command command) {
  if (waiting_.size() == kCommandsMax) {
    counter_of(Weird::kTooManyCommands).add();
    waiting_.pop_front();
  }
  waiting_.push_back({command, current_});
}

ParseResult SmtpParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  Bytes rest = bytes;
  if (direction == Direction::kToServer && !bytes.empty() && next_id_ == 0) open(flow);
  while (!rest.empty() && !flow.change_to) {
    if (direction == Direction::kToServer && mode_ == Mode::kChunk) {
      const size_t taken = static_cast<size_t>(std::min<uint64_t>(rest.size(), chunk_left_));
      rest = rest.subspan(taken);
      chunk_left_ -= taken;
      if (chunk_left_ > 0) break;
      mode_ = Mode::kCommands;
      if (chunk_last_) current_.reset();
      continue;
    }
    const auto line = take_line(rest, kLineBytesMax, last);
    if (!line) break;
    if (direction == Direction::kToServer)
      client_line(*line, flow);
    else if (!reply_line(*line, flow))
      return {bytes.size() - rest.size(), ParseStatus::kFailed};
  }
  return {bytes.size() - rest.size()};
}

void SmtpParser::client_line(const Line& line, FlowContext& flow) {
  const std::string_view text = as_text(line.text);
  if (data_pending_ && mode_ == Mode::kCommands && !is_command(text)) {
    mode_ = Mode::kData;  // a client that does not wait, or a server that is not heard
    data_pending_ = false;
  }
  if (mode_ == Mode::kData) return message_line(line);
  const bool was_cut = line_cut_;
  line_cut_ = !line.whole;
  if (was_cut) return;
  command_line(text, flow);
  if (!line.whole) {
    counter_of(Weird::kLineTooLong).add();
    event("max_command_line_len_exceeded", Direction::kToServer);
  }
}

void SmtpParser::command_line(std::string_view text, FlowContext& flow) {
  const bool reset = is_verb(text, "rset");
  if (reset_pending_ && !reset) {
    current_.reset();
    reset_pending_ = false;
  }
  if (!current() && !reset && !is_verb(text, "quit")) open(flow);
  data_pending_ = false;
  if (is_verb(text, "data")) return data_command();
  if (is_verb(text, "bdat")) return chunk_command(text);
  if (reset)
    reset_pending_ = current() != nullptr && (current()->mail_from || current()->data_asked);
  envelope_line(text);
  const bool helo = is_verb(text, "helo") || is_verb(text, "ehlo");
  wait_for(reset                       ? Command::kReset
           : helo                      ? Command::kHelo
           : is_verb(text, "starttls") ? Command::kStartTls
                                       : Command::kOther);
}

void SmtpParser::envelope_line(std::string_view text) {
  if (is_verb(text, "helo") || is_verb(text, "ehlo")) {
    if (!helo_.empty()) return event("duplicate_fields", Direction::kToServer);
    helo_ = trimmed(text.substr(4));
    if (SmtpTransaction* transaction = current()) transaction->helo = helo_;
  } else if (starts_ignoring_case(text, "mail from")) {
    mail_command(text);
  } else if (starts_ignoring_case(text, "rcpt to")) {
    recipient_command(text);
  }
}

void SmtpParser::mail_command(std::string_view text) {
  SmtpTransaction* transaction = current();
  if (transaction == nullptr) return;
  if (transaction->mail_from) return event("duplicate_fields", Direction::kToServer);
  transaction->mail_from = path_of(text);
}

void SmtpParser::recipient_command(std::string_view text) {
  SmtpTransaction* transaction = current();
  if (transaction == nullptr) return;
  if (transaction->recipients.size() < kRecipientsMax)
    transaction->recipients.emplace_back(path_of(text));
  else
    counter_of(Weird::kTooManyRecipients).add();
}

void SmtpParser::data_command() {
  SmtpTransaction* transaction = current();
  wait_for(Command::kData);
  data_pending_ = true;
  if (transaction->data_asked) event("unparsable_content", Direction::kToServer);
  transaction->data_asked = true;
  transaction->set_progress(Direction::kToServer, SmtpTransaction::kEnvelopeDone);
}

void SmtpParser::chunk_command(std::string_view text) {
  std::string_view rest = trimmed(text.substr(4));
  const auto size = decimal(take_until(rest, ' '));
  const bool last = starts_ignoring_case(trimmed(rest), "last");
  wait_for(last ? Command::kBdatLast : Command::kBdat);
  current()->set_progress(Direction::kToServer, SmtpTransaction::kEnvelopeDone);
  if (!size) return event("bdat_chunk_len_exceeded", Direction::kToServer);
  chunk_last_ = last;
  chunk_left_ = *size;
  if (chunk_left_ > 0)
    mode_ = Mode::kChunk;
  else if (last)
    current_.reset();
}

void SmtpParser::message_line(const Line& line) {
  SmtpTransaction* transaction = current();
  const bool continues = line_cut_;
  line_cut_ = !line.whole;
  const Bytes text = line.text;
  if (!continues && line.whole && as_text(text) == ".") {
    wait_for(Command::kDataEnd);
    mode_ = Mode::kCommands;
    line_cut_ = false;
    current_.reset();
    if (transaction == nullptr) return;
    if (transaction->message) transaction->message->finish();
    transaction->take_events();
    transaction->set_progress(Direction::kToServer, SmtpTransaction::kMessageDone);
    return;
  }
  if (transaction == nullptr) return;
  if (!transaction->message) transaction->message = std::make_unique<MimeMessage>(*settings_);
  transaction->message->line(text, line.whole);
  transaction->take_events();
}

ParseStatus SmtpParser::on_gap(Direction direction, uint64_t lost, FlowContext&) {
  if (direction == Direction::kToClient) {
    out_of_step_ = true;
    waiting_.clear();
    return ParseStatus::kOk;
  }
  if (mode_ == Mode::kChunk) {
    const uint64_t covered = std::min(lost, chunk_left_);
    chunk_left_ -= covered;
    if (chunk_left_ == 0) mode_ = Mode::kCommands;
    if (chunk_left_ == 0 && chunk_last_) current_.reset();
    return ParseStatus::kOk;
  }
  line_cut_ = true;  // what comes next is the rest of some line
  out_of_step_ = true;
  if (SmtpTransaction* transaction = current(); transaction != nullptr && transaction->message) {
    counter_of(Weird::kGapInMessage).add();
    transaction->message->gap(lost);
  }
  return ParseStatus::kOk;
}

void SmtpParser::on_end(FlowContext&) {
  for (const auto& transaction : transactions_)
    if (!transaction->done()) static_cast<SmtpTransaction&>(*transaction).finish();
  current_.reset();
}

}  // namespace picket::inspect::smtp
