// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pgsql/pgsql_parser.h"

#include "base/ascii.h"
#include "inspect/proto/pgsql/weird.h"

namespace picket::inspect::pgsql {
namespace {

constexpr uint32_t kOk = 0, kCleartext = 3, kMd5 = 5, kSasl = 10, kSaslContinue = 11,
                   kSaslFinal = 12;

constexpr size_t kValueMax = 4096;  // kept of a parameter's value, of an error's field

// Text up to its zero.
std::string_view take_text(std::string_view& rest) { return take_until(rest, '\0'); }

void keep(PgsqlTransaction::Parameters& list, std::string_view name, std::string_view value) {
  if (list.size() < kParametersMax)
    list.emplace_back(name.substr(0, kValueMax), value.substr(0, kValueMax));
  else
    counter_of(Weird::kTooManyParameters).add();
}

}  // namespace

std::optional<Bytes> PgsqlTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (which != BufferId::k_pgsql_query || direction != Direction::kToServer || at > 0)
    return std::nullopt;
  return request.query ? std::optional(as_bytes(*request.query)) : std::nullopt;
}

PgsqlTransaction& PgsqlParser::open(FlowContext& flow) {
  auto& transaction = open_transaction<PgsqlTransaction>(flow);
  transaction.set_progress(Direction::kToServer, Transaction::kDone);
  return transaction;
}

ParseResult PgsqlParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  size_t done = 0, need = 0;
  size_t& skipped = passed_over_[index(direction)];
  while (done < bytes.size() && !flow.change_to) {
    const Bytes rest = bytes.subspan(done);
    if (skipped > 0) {
      const size_t taken = std::min(skipped, rest.size());
      skipped -= taken;
      done += taken;
      continue;
    }
    const bool starts = direction == Direction::kToServer && start_ != Start::kDone;
    const auto taken = starts ? startup(rest, need, flow) : tagged(direction, rest, need, flow);
    if (!taken) {
      counter_of(Weird::kBadLength).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    if (*taken == 0) break;
    done += *taken;
  }
  return {done, ParseStatus::kOk, done == bytes.size() ? 0 : need};
}

// The first messages of a client have a length, but no type.
std::optional<size_t> PgsqlParser::startup(Bytes bytes, size_t& need, FlowContext& flow) {
  ByteReader reader(bytes);
  const uint32_t length = reader.u32(), code = reader.u32();
  need = 8;
  if (reader.failed()) return 0;
  if (length < 8 || length > kStartupMax) return std::nullopt;
  need = length;
  if (bytes.size() < length) return 0;
  PgsqlTransaction& transaction = open(flow);
  PgsqlTransaction::Request& asked = transaction.request;
  if (code == kSslRequest || code == kGssRequest) {
    asked.message = code == kSslRequest ? "SSL Request" : "GSS Encryption Request";
    start_ = Start::kSsl;
    return length;
  }
  start_ = Start::kDone;
  if (code == kCancelRequest) {
    asked.message = "cancel_request";
    const uint32_t process = reader.u32();
    asked.cancel.emplace(process, reader.u32());
    transaction.complete();
    return length;
  }
  asked.version = code;
  std::string_view rest = as_text(bytes.subspan(8, length - 8));
  while (!rest.empty() && rest.front() != '\0') {
    const std::string_view name = take_text(rest);
    keep(asked.parameters, name, take_text(rest));
  }
  return length;
}

std::optional<size_t> PgsqlParser::tagged(Direction direction, Bytes bytes, size_t& need,
                                          FlowContext& flow) {
  // One letter answers the request for encryption.
  if (direction == Direction::kToClient && start_ == Start::kSsl) {
    start_ = Start::kNone;
    if (PgsqlTransaction* transaction = current()) {
      transaction->answer.emplace().ssl = bytes[0] == 'S' || bytes[0] == 'G';
      transaction->complete();
    }
    if (bytes[0] == 'S') flow.change_to = AppProtocol::kTls;
    return 1;
  }
  ByteReader reader(bytes);
  const uint8_t type = reader.u8();
  const uint32_t length = reader.u32();
  need = 5;
  if (reader.failed()) return 0;
  if (length < 4) return std::nullopt;
  if (length > kMessageMax) {
    counter_of(Weird::kTooLong).add();
    passed_over_[index(direction)] = size_t{length} + 1 - 5;
    return 5;
  }
  need = size_t{length} + 1;
  if (bytes.size() < need) return 0;
  const Bytes body = bytes.subspan(5, length - 4);
  if (direction == Direction::kToServer)
    request(type, body, flow);
  else
    answer(type, body, flow);
  return need;
}

void PgsqlParser::request(uint8_t type, Bytes body, FlowContext& flow) {
  std::string_view text = as_text(body);
  switch (type) {
    case 'Q': open(flow).request.query = take_text(text).substr(0, kQueryMax); break;
    case 'p': {
      PgsqlTransaction& transaction = open(flow);
      const std::string_view first = text.substr(0, text.find('\0'));
      if (first.starts_with("SCRAM-"))
        transaction.request.mechanism = first;
      else
        transaction.request.password = true;
      break;
    }
    case 'X': {
      PgsqlTransaction& transaction = open(flow);
      transaction.request.message = "termination_message";
      transaction.complete();
      break;
    }
    case 'd':
      if (PgsqlTransaction* transaction = current()) {
        ++transaction->request.copy_messages;
        transaction->request.copy_bytes += body.size();
      }
      break;
    default: break;  // extended queries are not followed, as EVE's readers expect
  }
}

void PgsqlParser::answer(uint8_t type, Bytes body, FlowContext&) {
  PgsqlTransaction* transaction = current();
  if (transaction == nullptr) return counter_of(Weird::kUnasked).add();
  if (!transaction->answer) transaction->answer.emplace();
  PgsqlTransaction::Answer& said = *transaction->answer;
  transaction->set_progress(Direction::kToClient, 1);
  ByteReader reader(body);
  std::string_view text = as_text(body);
  switch (type) {
    case 'R': return proof_wanted(body, *transaction);
    case 'S': {
      const std::string_view name = take_text(text);
      keep(said.parameters, name, take_text(text));
      break;
    }
    case 'K': {
      const uint32_t process = reader.u32(), secret = reader.u32();
      if (!reader.failed()) said.key.emplace(process, secret);
      break;
    }
    case 'T': said.fields = reader.u16(); break;
    case 'D': return row(body, said);
    case 'd':
      ++said.copy_rows;
      said.copy_bytes += body.size();
      break;
    case 'C': said.completed = take_text(text); break;
    case 'E':
      while (!text.empty() && text.front() != '\0') {
        const std::string_view field = take_text(text);
        keep(said.error, field.substr(0, 1), field.substr(1));
      }
      // Refused at the start: the server closes.
      if (transaction->request.version || transaction->request.password) transaction->complete();
      break;
    case 'Z': transaction->complete(); break;
    default: break;
  }
}

void PgsqlParser::proof_wanted(Bytes body, PgsqlTransaction& transaction) {
  PgsqlTransaction::Answer& said = *transaction.answer;
  ByteReader reader(body);
  switch (reader.u32()) {
    case kOk: said.message = "authentication_ok"; return;  // more follows
    case kCleartext: said.message = "authentication_cleartext_password"; break;
    case kMd5: said.md5_salt = as_text(reader.take(4)); break;
    case kSasl: said.message = "authentication_sasl"; break;
    case kSaslContinue: said.message = "authentication_sasl_continue"; break;
    case kSaslFinal: return;
    default: said.message = "authentication_other"; break;
  }
  transaction.complete();
}

// Columns, each with its length; -1 is NULL.
void PgsqlParser::row(Bytes body, PgsqlTransaction::Answer& answer) {
  ByteReader reader(body);
  ++answer.rows;
  for (size_t left = reader.u16(); left > 0 && !reader.failed(); --left) {
    const uint32_t length = reader.u32();
    if (length == UINT32_MAX) continue;
    reader.skip(length);
    if (!reader.failed()) answer.bytes += length;
  }
}

}  // namespace picket::inspect::pgsql
