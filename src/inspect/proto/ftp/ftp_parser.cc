// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/ftp_parser.h"

#include "base/ascii.h"
#include "inspect/file/file_keeper.h"
#include "inspect/proto/ftp/data_address.h"
#include "inspect/proto/ftp/weird.h"

namespace picket::inspect::ftp {
namespace {

std::string uppered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool is_code(std::string_view text) {
  return text.size() >= 3 && decimal(text.substr(0, 3)) && text[0] >= '1' && text[0] <= '6' &&
         (text.size() == 3 || text[3] == ' ' || text[3] == '-');
}

}  // namespace

ParseResult FtpParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  return {lines_[index(direction)].read(
      bytes, kLineBytesMax, last, flow, counter_of(Weird::kLineTooLong), [&](const Line& line) {
        direction == Direction::kToServer ? command_line(line, flow) : reply_line(line, flow);
      })};
}

void FtpParser::command_line(const Line& line, FlowContext& flow) {
  std::string_view rest = trimmed(as_text(line.text));
  if (rest.empty()) return;
  auto& transaction = open_transaction<FtpTransaction>(flow);
  transaction.command = uppered(take_until(rest, ' ').substr(0, kCommandBytesMax));
  transaction.argument = rest;
  transaction.command_cut = !line.whole;
  if (!line.whole) transaction.add_event("request_command_too_long", Direction::kToServer);
  if (transaction.command == "PORT" || transaction.command == "EPRT")
    active_command(transaction, flow);
  if (transaction.command == "RETR" || transaction.command == "STOR" ||
      transaction.command == "APPE" || transaction.command == "STOU")
    announce(transaction, flow);
  transaction.set_progress(Direction::kToServer, 1);
}

void FtpParser::active_command(FtpTransaction& transaction, FlowContext& flow) {
  const auto where = transaction.command == "PORT" ? host_port(transaction.argument)
                                                   : extended_port(transaction.argument);
  if (!where) {
    counter_of(Weird::kBadAddress).add();
    return;
  }
  transaction.active = true;
  transaction.data_port = where->port;
  transaction.bounce = where->address != flow.client.address && !where->address.is_unspecified();
  data_ = where;
  data_active_ = true;
}

// In active mode it is the FTP server that connects, to the client.
void FtpParser::announce(const FtpTransaction& transaction, FlowContext& flow) {
  if (!data_) return;
  FlowContext::Expected expected;
  expected.protocol = AppProtocol::kFtpData;
  expected.label = (transaction.command == "RETR" ? "RETR " : "STOR ") + transaction.argument;
  expected.server = {data_active_ ? flow.client.address : flow.server.address, data_->port};
  expected.client = data_active_ ? flow.server.address : flow.client.address;
  flow.expected.push_back(std::move(expected));
  data_.reset();
}

void FtpParser::reply_line(const Line& line, FlowContext& flow) {
  const std::string_view text = as_text(line.text);
  auto* transaction = oldest_open<FtpTransaction>();
  if (transaction == nullptr) transaction = &open_transaction<FtpTransaction>(flow);
  const bool coded = is_code(text);
  const bool inside = !reply_code_.empty() &&
                      !(coded && text.substr(0, 3) == reply_code_ && text.substr(3, 1) != "-");
  if (!coded && !inside) counter_of(Weird::kReplyWithoutCode).add();
  transaction->reply_seen = true;
  if (!line.whole) {
    transaction->reply_cut = true;
    transaction->add_event("response_command_too_long", Direction::kToClient);
  }
  if (transaction->replies.size() < kRepliesMax) {
    const bool code_here = coded && !inside;
    if (code_here && (transaction->codes.empty() || reply_code_.empty()))
      transaction->codes.emplace_back(text.substr(0, 3));
    transaction->replies.emplace_back(code_here ? text.substr(std::min<size_t>(4, text.size()))
                                                : text);
  } else {
    counter_of(Weird::kTooManyReplies).add();
  }
  if (inside || !coded) return;
  if (text.substr(3, 1) == "-") {
    reply_code_ = text.substr(0, 3);
    return;
  }
  reply_code_.clear();
  final_reply(*transaction, static_cast<unsigned>(*decimal(text.substr(0, 3))), text, flow);
}

void FtpParser::final_reply(FtpTransaction& transaction, unsigned code, std::string_view text,
                            FlowContext& flow) {
  const std::string_view said = text.substr(std::min<size_t>(4, text.size()));
  if (code < 200) return;  // "150 about to send": another one comes
  if (code == 227 || code == 229) {
    const auto where = code == 227 ? host_port(said) : extended_port(said);
    if (where) {
      transaction.data_port = where->port;
      data_ = where;
      data_active_ = false;
    } else {
      counter_of(Weird::kBadAddress).add();
    }
  }
  if (code == 234 && transaction.command == "AUTH") flow.change_to = AppProtocol::kTls;
  transaction.complete();
}

ParseStatus FtpParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  lines_[index(direction)].gap();
  reply_code_.clear();
  return ParseStatus::kOk;
}

void FtpParser::on_end(FlowContext&) { complete_all(); }

FtpDataParser::FtpDataParser(const FlowContext& flow) {
  std::string_view label = flow.announced_as;
  std::string command(take_until(label, ' '));
  auto transaction =
      std::make_unique<FtpDataTransaction>(0, std::move(command), std::string(label));
  transaction->started = flow.now;
  follow(transaction->body, *flow.settings);
  transactions_.push_back(std::move(transaction));
}

FtpDataTransaction* FtpDataParser::file() {
  Transaction* found = find_transaction(0);
  return found == nullptr || found->done() ? nullptr : static_cast<FtpDataTransaction*>(found);
}

ParseResult FtpDataParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext&) {
  FtpDataTransaction* transaction = file();
  if (transaction == nullptr) return {bytes.size()};
  if (!transaction->way && !bytes.empty()) transaction->way = direction;
  if (transaction->way != direction) return {bytes.size()};
  transaction->body.append(bytes);
  transaction->set_progress(direction, 1);
  if (!last) return {bytes.size()};
  transaction->body.close();
  transaction->complete();
  return {bytes.size()};
}

ParseStatus FtpDataParser::on_gap(Direction direction, uint64_t lost, FlowContext&) {
  if (FtpDataTransaction* transaction = file();
      transaction != nullptr && transaction->way == direction)
    transaction->body.gap(lost);
  return ParseStatus::kOk;
}

void FtpDataParser::on_end(FlowContext&) {
  FtpDataTransaction* transaction = file();
  if (transaction == nullptr) return;
  if (transaction->body.open()) transaction->body.truncate();
  transaction->complete();
}

}  // namespace picket::inspect::ftp
