// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pop3/pop3_parser.h"

#include "base/ascii.h"
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

ParseResult Pop3Parser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  return {lines_[index(direction)].read(bytes, kLineMax, last, flow,
                                        counter_of(Weird::kLineTooLong), [&](const Line& line) {
                                          if (direction == Direction::kToServer)
                                            command_line(as_text(line.text), flow);
                                          else if (in_data_)
                                            data_line(as_text(line.text));
                                          else
                                            answer_line(as_text(line.text), flow);
                                        })};
}

void Pop3Parser::command_line(std::string_view text, FlowContext& flow) {
  auto& transaction = open_transaction<Pop3Transaction>(flow);
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
  auto* transaction = oldest_open<Pop3Transaction>();
  if (transaction == nullptr) {
    transaction = &open_transaction<Pop3Transaction>(flow);
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
  auto* transaction = oldest_open<Pop3Transaction>();
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
  lines_[index(direction)].gap();
  return ParseStatus::kOk;
}

void Pop3Parser::on_end(FlowContext&) { complete_all(); }

}  // namespace picket::inspect::pop3
