// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pop3/pop3_parser.h"

#include "inspect/app/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/pop3/weird.h"

namespace picket::inspect::pop3 {
namespace {

// Whether a good answer to it goes on over lines, up to one with a dot.
bool has_data(const Pop3Transaction& transaction) {
  const std::string& command = transaction.command;
  if (command == "RETR" || command == "TOP" || command == "CAPA") return true;
  return (command == "LIST" || command == "UIDL" || command == "AUTH") &&
         transaction.arguments.empty();
}

}  // namespace

void Pop3Transaction::complete() {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
}

void Pop3Transaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  if (!command.empty()) {
    out.key("request").begin_object().member("command", eve_text(command));
    if (!arguments.empty()) {
      out.key("args").begin_array();
      for (const std::string& argument : arguments) out.value(eve_text(argument));
      out.end_array();
    }
    out.end_object();
  }
  if (answer) {
    out.key("response").begin_object();
    out.member("success", answer->success).member("status", answer->status);
    out.member("header", eve_text(answer->header));
    if (!answer->data.empty()) {
      out.key("data").begin_array();
      for (const std::string& line : answer->data) out.value(eve_text(line));
      out.end_array();
    }
    out.end_object();
  }
  out.end_object();
}

Pop3Transaction& Pop3Parser::open(FlowContext& flow) {
  transactions_.push_back(std::make_unique<Pop3Transaction>(next_id_++));
  transactions_.back()->started = flow.now;
  return static_cast<Pop3Transaction&>(*transactions_.back());
}

// The oldest command whose answer is not complete.
Pop3Transaction* Pop3Parser::waiting() {
  for (const auto& transaction : transactions_)
    if (!transaction->done()) return static_cast<Pop3Transaction*>(transaction.get());
  return nullptr;
}

ParseResult Pop3Parser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  Bytes rest = bytes;
  while (!flow.change_to) {
    const auto line = take_line(rest, kLineMax, last);
    if (!line) break;
    bool& cut = cut_[index(direction)];
    const bool was_cut = cut;
    cut = !line->whole;
    if (was_cut) continue;
    if (!line->whole) counter_of(Weird::kLineTooLong).add();
    if (direction == Direction::kToServer)
      command_line(as_text(line->text), flow);
    else if (in_data_)
      data_line(as_text(line->text));
    else
      answer_line(as_text(line->text), flow);
  }
  return {bytes.size() - rest.size()};
}

void Pop3Parser::command_line(std::string_view text, FlowContext& flow) {
  Pop3Transaction& transaction = open(flow);
  transaction.set_progress(Direction::kToServer, 1);
  if (sasl_) {
    sasl_ = false;
    transaction.command = "<SASL DATA>";
    return;
  }
  std::string_view rest = trimmed(text);
  transaction.command = take_until(rest, ' ');
  for (char& c : transaction.command)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  while (!rest.empty() && transaction.arguments.size() < kArgumentsMax) {
    const std::string_view argument = take_until(rest, ' ');
    if (!argument.empty()) transaction.arguments.emplace_back(argument);
  }
}

void Pop3Parser::answer_line(std::string_view text, FlowContext& flow) {
  const bool good = text.starts_with("+");
  if (!good && !starts_ignoring_case(text, "-ERR")) {
    counter_of(Weird::kBadAnswer).add();
    return;
  }
  const bool first = next_id_ == 0;
  Pop3Transaction* transaction = waiting();
  if (transaction == nullptr) {
    transaction = &open(flow);
    if (!first) counter_of(Weird::kAnswerUnasked).add();
  }
  const size_t word = !good || starts_ignoring_case(text, "+OK") ? (good ? 3 : 4) : 1;
  transaction->answer.emplace();
  transaction->answer->success = good;
  transaction->answer->status = good ? "OK" : "ERR";
  transaction->answer->header = trimmed(text.substr(word));
  sasl_ = word == 1;  // "+ challenge"
  if (good && transaction->command == "STLS") flow.change_to = AppProtocol::kTls;
  in_data_ = good && word != 1 && has_data(*transaction);
  if (!in_data_) transaction->complete();
}

void Pop3Parser::data_line(std::string_view text) {
  Pop3Transaction* transaction = waiting();
  in_data_ = text != "." && transaction != nullptr;
  if (transaction == nullptr) return;
  if (!in_data_) return transaction->complete();
  if (text.starts_with("..")) text.remove_prefix(1);
  if (transaction->answer->data.size() < kDataLinesMax)
    transaction->answer->data.emplace_back(text);
  else if (transaction->answer->data.size() == kDataLinesMax)
    counter_of(Weird::kTooManyDataLines).add();
}

ParseStatus Pop3Parser::on_gap(Direction direction, uint64_t, FlowContext&) {
  cut_[index(direction)] = true;
  return ParseStatus::kOk;
}

void Pop3Parser::on_end(FlowContext&) {
  for (const auto& transaction : transactions_)
    static_cast<Pop3Transaction&>(*transaction).complete();
}

}  // namespace picket::inspect::pop3
