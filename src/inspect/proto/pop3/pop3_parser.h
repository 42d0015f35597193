// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/app/line.h"

namespace picket::inspect::pop3 {

constexpr size_t kLineMax = 4096;
constexpr size_t kDataLinesMax = 256;  // of one answer
constexpr size_t kArgumentsMax = 16;

struct Pop3Answer {
  bool success = false;
  std::string status, header;
  std::vector<std::string> data;
};

// A command with its answer; the greeting is an answer without a command.
class Pop3Transaction : public Transaction {
 public:
  explicit Pop3Transaction(uint64_t tx_id) : Transaction(AppProtocol::kPop3, tx_id) {}
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  void append_eve(JsonWriter& out) const override;

  std::string command;  // in capitals; <SASL DATA>: a line of an authentication that goes on
  std::vector<std::string> arguments;
  std::optional<Pop3Answer> answer;
};

// POP3 (RFC 1939, 2449, 2595, 5034). Answers come in the order of commands. STLS hands over.
class Pop3Parser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  void command_line(std::string_view text, FlowContext& flow);
  void answer_line(std::string_view text, FlowContext& flow);
  void data_line(std::string_view text);

  LineSide lines_[2];
  bool sasl_ = false;     // the next client line goes on with an authentication
  bool in_data_ = false;  // the answer's lines are coming
};

}  // namespace picket::inspect::pop3
