// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inspect/app/app_parser.h"

namespace picket::inspect::pgsql {

constexpr uint32_t kCancelRequest = 80877102, kSslRequest = 80877103, kGssRequest = 80877104;
constexpr uint32_t kStartupMax = 10'000;    // PostgreSQL's own bound
constexpr size_t kMessageMax = 256 * 1024;  // a longer one is passed over
constexpr size_t kParametersMax = 64;       // of each side of one exchange
constexpr size_t kQueryMax = 64 * 1024;     // kept of a query

// A request with all of its answer. Names and values as sent; passwords are not kept.
class PgsqlTransaction final : public Transaction {
 public:
  explicit PgsqlTransaction(uint64_t number) : Transaction(AppProtocol::kPgsql, number) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Request {
    std::string message;  // what it is, where it says no more: "SSL Request"
    std::optional<uint32_t> version;
    Parameters parameters;  // of the startup message
    std::optional<std::string> query;
    bool password = false;
    std::string mechanism;                                // of SASL
    std::optional<std::pair<uint32_t, uint32_t>> cancel;  // process, secret key
    uint64_t copy_messages = 0, copy_bytes = 0;
  } request;
  struct Answer {
    std::optional<bool> ssl;
    std::string message, md5_salt;
    Parameters parameters, error;
    std::optional<std::pair<uint32_t, uint32_t>> key;  // process, secret key
    std::optional<uint16_t> fields;
    uint64_t rows = 0, bytes = 0;
    uint64_t copy_rows = 0, copy_bytes = 0;
    std::string completed;
  };
  std::optional<Answer> answer;

 private:
  void append_request(JsonWriter& out) const;
  void append_answer(JsonWriter& out) const;
};

// The protocol's version 3 ("Frontend/Backend Protocol" of PostgreSQL's documentation): start,
// authentication, simple queries, copies. Encryption hands over to TLS.
class PgsqlParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext&) override { complete_all(); }

 private:
  enum class Start : uint8_t { kNone, kSsl, kDone };
  // Bytes taken; nullopt: no message that can be. 0: more are needed (`need` of them).
  std::optional<size_t> startup(Bytes bytes, size_t& need, FlowContext& flow);
  std::optional<size_t> tagged(Direction direction, Bytes bytes, size_t& need, FlowContext& flow);
  void request(uint8_t type, Bytes body, FlowContext& flow);
  void answer(uint8_t type, Bytes body, FlowContext& flow);
  void proof_wanted(Bytes body, PgsqlTransaction& transaction);
  void row(Bytes body, PgsqlTransaction::Answer& answer);
  PgsqlTransaction& open(FlowContext& flow);
  PgsqlTransaction* current() { return oldest_open<PgsqlTransaction>(); }

  Start start_ = Start::kNone;
  size_t passed_over_[2] = {0, 0};  // bytes left of a message too long
};

}  // namespace picket::inspect::pgsql
