// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ldap/ldap_parser.h"

#include "inspect/app/ber.h"
#include "inspect/proto/ldap/weird.h"

namespace picket::inspect::ldap {
namespace {

constexpr std::string_view kStartTls = "1.3.6.1.4.1.1466.20037";

// What a distinguished name in a request is called differs; rules ask for it by one word.
std::optional<Bytes> unless_empty(const std::string& text, size_t at) {
  return at > 0 || text.empty() ? std::nullopt : std::optional(as_bytes(text));
}

const std::string* attribute_type(const Message& message, size_t at) {
  if (message.operation == kSearchRequest)
    return !message.attributes.empty() && at < message.attributes[0].values.size()
               ? &message.attributes[0].values[at]
               : nullptr;
  return at < message.attributes.size() ? &message.attributes[at].type : nullptr;
}

bool has_dn(uint8_t operation) {
  return operation != kExtendedRequest && operation != kExtendedResponse &&
         operation != kIntermediateResponse;
}

}  // namespace

std::optional<Bytes> LdapTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (direction == Direction::kToServer) {
    if (!request) return std::nullopt;
    if (buffer_id == BufferId::k_ldap_request_dn && has_dn(request->operation))
      return unless_empty(request->name, at);
    if (buffer_id == BufferId::k_ldap_request_attribute_type) {
      const std::string* type = attribute_type(*request, at);
      return type == nullptr ? std::nullopt : std::optional(as_bytes(*type));
    }
    return std::nullopt;
  }
  if (buffer_id == BufferId::k_ldap_responses_dn) {
    for (const Message& response : responses) {
      const std::string& dn =
          response.operation == kSearchResultEntry ? response.name : response.matched_dn;
      if (has_dn(response.operation) && at-- == 0) return as_bytes(dn);
    }
  } else if (buffer_id == BufferId::k_ldap_responses_message) {
    for (const Message& response : responses)
      if (response.result && at-- == 0) return as_bytes(response.text);
  } else if (buffer_id == BufferId::k_ldap_responses_attribute_type) {
    for (const Message& response : responses) {
      if (at < response.attributes.size()) return as_bytes(response.attributes[at].type);
      at -= response.attributes.size();
    }
  }
  return std::nullopt;
}

std::optional<int64_t> LdapTransaction::field(FieldId field_id, Direction direction, size_t at) {
  if (field_id == FieldId::k_ldap_request_operation) {
    if (direction != Direction::kToServer || !request || at > 0) return std::nullopt;
    return request->operation;
  }
  if (direction != Direction::kToClient) return std::nullopt;
  if (field_id == FieldId::k_ldap_responses_count)
    return at == 0 ? std::optional(static_cast<int64_t>(responses.size())) : std::nullopt;
  if (field_id == FieldId::k_ldap_responses_operation)
    return at < responses.size() ? std::optional<int64_t>(responses[at].operation) : std::nullopt;
  if (field_id == FieldId::k_ldap_responses_result_code)
    for (const Message& response : responses)
      if (response.result && at-- == 0) return *response.result;
  return std::nullopt;
}

void LdapTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  if (request) {
    out.key("request").begin_object().member("message_id", request->id);
    append_message(out, *request);
    out.end_object();
  }
  if (!responses.empty()) {
    out.key("responses").begin_array();
    for (const Message& response : responses) {
      out.begin_object();
      if (!request) out.member("message_id", response.id);
      append_message(out, response);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

ParseResult LdapParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  Bytes rest = bytes;
  while (!rest.empty() && !flow.change_to) {
    bool bad = false;
    const auto size = ber_size(rest, bad);
    const bool too_long = size && *size > kMessageMax;
    if (too_long) counter_of(Weird::kMessageTooLong).add();
    if (!size && !bad) return {bytes.size() - rest.size()};
    if (!bad && !too_long && *size > rest.size()) {
      if (!flow.tcp) break;
      return {bytes.size() - rest.size(), ParseStatus::kOk, *size};
    }
    auto read = bad || too_long ? std::nullopt : read_message(rest.first(*size));
    if (!read) {
      // Behind a bind the stream may go on sealed by SASL: that is the end of what can be read.
      counter_of(Weird::kMalformed).add();
      if (!transactions_.empty()) transactions_.back()->add_event("invalid_data", direction);
      return {bytes.size(), ParseStatus::kFailed};
    }
    rest = rest.subspan(*size);
    message(direction, std::move(*read), flow);
  }
  return {bytes.size() - rest.size()};
}

void LdapParser::message(Direction direction, Message&& message, FlowContext& flow) {
  if (!is_request(message.operation)) return response(std::move(message), flow);
  auto& transaction = open_transaction<LdapTransaction>(flow);
  if (message.operation == kExtendedRequest && message.name == kStartTls) start_tls_ = message.id;
  const bool unanswered =
      message.operation == kUnbindRequest || message.operation == kAbandonRequest;
  transaction.request = std::move(message);
  transaction.set_progress(Direction::kToServer, Transaction::kDone);
  if (direction == Direction::kToClient) transaction.add_event("request_not_found", direction);
  if (unanswered) transaction.complete();
}

void LdapParser::response(Message&& message, FlowContext& flow) {
  LdapTransaction* transaction = nullptr;
  for (const auto& live : transactions_) {
    auto& candidate = static_cast<LdapTransaction&>(*live);
    if (!candidate.done() && candidate.request && candidate.request->id == message.id)
      transaction = &candidate;
  }
  if (transaction == nullptr) {
    if (message.id != 0) counter_of(Weird::kUnasked).add();
    transaction = &open_transaction<LdapTransaction>(flow);
    transaction->set_progress(Direction::kToServer, Transaction::kDone);
    if (message.id != 0) transaction->add_event("request_not_found", Direction::kToClient);
    transaction->responses.push_back(std::move(message));
    return transaction->complete();
  }
  const bool more = message.operation == kSearchResultEntry ||
                    message.operation == kSearchResultReference ||
                    message.operation == kIntermediateResponse;
  if (message.operation == kExtendedResponse && start_tls_ == message.id && message.result == 0)
    flow.change_to = AppProtocol::kTls;
  if (transaction->responses.size() < kResponsesMax)
    transaction->responses.push_back(std::move(message));
  else
    counter_of(Weird::kTooManyResponses).add();
  if (!more) transaction->complete();
}

ParseStatus LdapParser::on_gap(Direction, uint64_t, FlowContext&) { return ParseStatus::kFailed; }

void LdapParser::on_end(FlowContext&) { complete_all(); }

}  // namespace picket::inspect::ldap
