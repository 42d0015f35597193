// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/ike_parser.h"

#include <algorithm>

#include "inspect/app/eve_text.h"
#include "inspect/proto/ike/names.h"
#include "inspect/proto/ike/weird.h"

namespace picket::inspect::ike {
namespace {

constexpr uint16_t kNoError = 16'384;  // notifications below are errors (RFC 7296 3.10.1)
// Transform types of version 2 (RFC 7296 3.3.2).
constexpr uint16_t kEncryption = 1, kRandom = 2, kIntegrity = 3, kGroup = 4;

void append_attributes(JsonWriter& out, std::string_view name,
                       const std::vector<Attribute>& attributes) {
  if (attributes.empty()) return;
  out.key(name).begin_array();
  for (const Attribute& attribute : attributes) {
    out.begin_object().member("key", attribute_text(attribute.type));
    out.member("value", attribute_value_text(attribute.type, attribute.value));
    out.member("raw", attribute.value).end_object();
  }
  out.end_array();
}

void append_bytes(JsonWriter& out, const std::string& name, const std::string& bytes) {
  if (bytes.empty()) return;
  out.member(name, eve_hex(as_bytes(bytes))).member(name + "_length", bytes.size());
}

void append_side(JsonWriter& out, std::string_view name, const Exchange1::Side& side,
                 bool proposals) {
  out.key(name).begin_object();
  append_bytes(out, "key_exchange_payload", side.key_exchange);
  append_bytes(out, "nonce_payload", side.nonce);
  if (proposals) append_attributes(out, "proposals", side.attributes);
  out.end_object();
}

// Events of what version 2 proposes: algorithms that are broken, or none.
std::string_view weakness(const Attribute& transform) {
  const auto any_of = [&](std::initializer_list<uint64_t> values) {
    return std::ranges::find(values, transform.value) != values.end();
  };
  switch (transform.type) {
    case kEncryption: return any_of({1, 2, 3, 9, 11}) ? "weak_crypto_enc" : "";
    case kRandom: return any_of({1, 3}) ? "weak_crypto_prf" : "";
    case kIntegrity:
      return transform.value == 0 ? "weak_crypto_noauth"
             : any_of({1, 3, 4})  ? "weak_crypto_auth"
                                  : "";
    case kGroup:
      return transform.value == 0    ? "weak_crypto_nodh"
             : any_of({1, 2, 5, 22}) ? "weak_crypto_dh"
                                     : "";
    default: return "";
  }
}

}  // namespace

IkeTransaction::IkeTransaction(uint64_t number, Direction way, Message message, Exchange1 exchange)
    : OneWayTransaction(AppProtocol::kIke, number, way),
      message_(std::move(message)),
      exchange_(std::move(exchange)),
      initiator_(eve_hex(as_bytes(message_.header.initiator))),
      responder_(eve_hex(as_bytes(message_.header.responder))),
      key_exchange_(eve_hex(as_bytes(message_.key_exchange))),
      nonce_(eve_hex(as_bytes(message_.nonce))) {
  if (message_.header.major != 2) return;
  for (const Attribute& transform : message_.attributes)
    if (const auto event = weakness(transform); !event.empty()) add_event(event, way);
}

std::optional<Bytes> IkeTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (direction != way()) return std::nullopt;
  if (which == BufferId::k_ike_vendor && at < message_.vendors.size())
    return as_bytes(message_.vendors[at]);
  if (at > 0) return std::nullopt;
  switch (which) {
    case BufferId::k_ike_init_spi: return as_bytes(initiator_);
    case BufferId::k_ike_resp_spi: return as_bytes(responder_);
    case BufferId::k_ike_key_exchange_payload: return unless_empty(message_.key_exchange);
    case BufferId::k_ike_nonce_payload: return unless_empty(message_.nonce);
    default: return std::nullopt;
  }
}

std::optional<int64_t> IkeTransaction::field(FieldId which, Direction direction, size_t at) {
  if (direction != way()) return std::nullopt;
  if (which == FieldId::k_ike_chosen && at < message_.attributes.size() &&
      message_.header.major == 1)
    return static_cast<int64_t>(uint64_t{message_.attributes[at].type} << 32 |
                                (message_.attributes[at].value & UINT32_MAX));
  if (at > 0) return std::nullopt;
  switch (which) {
    case FieldId::k_ike_exchtype: return message_.header.exchange;
    case FieldId::k_ike_key_exchange_payload_length:
      if (message_.key_exchange.empty()) return std::nullopt;
      return static_cast<int64_t>(message_.key_exchange.size());
    case FieldId::k_ike_nonce_payload_length:
      if (message_.nonce.empty()) return std::nullopt;
      return static_cast<int64_t>(message_.nonce.size());
    default: return std::nullopt;
  }
}

void IkeTransaction::append_eve(JsonWriter& out) const {
  const Header& header = message_.header;
  out.begin_object().member("_v", 2);
  out.member("version_major", unsigned{header.major})
      .member("version_minor", unsigned{header.minor});
  out.member("init_spi", initiator_).member("resp_spi", responder_);
  out.member("message_id", header.message_id).member("exchange_type", unsigned{header.exchange});
  if (header.major == 2) out.member("role", header.from_initiator() ? "initiator" : "responder");
  out.key("payload").begin_array();
  for (const uint8_t type : message_.payloads)
    if (const auto name = payload_text(type); !name.empty()) out.value(name);
  out.end_array();
  if (header.major == 1)
    append_version1(out);
  else
    append_version2(out);
  out.end_object();
}

void IkeTransaction::append_version1(JsonWriter& out) const {
  // What the responder chose.
  append_attributes(out, "attributes", exchange_.sides[1].attributes);
  out.key("ikev1").begin_object();
  if (exchange_.doi) out.member("doi", *exchange_.doi);
  out.member("encrypted_payloads", message_.header.encrypted());
  append_side(out, "client", exchange_.sides[0], true);
  append_side(out, "server", exchange_.sides[1], false);
  if (!exchange_.vendors.empty()) {
    out.key("vendor_ids").begin_array();
    for (const std::string& vendor : exchange_.vendors) out.value(eve_hex(as_bytes(vendor)));
    out.end_array();
  }
  out.end_object();
}

void IkeTransaction::append_version2(JsonWriter& out) const {
  const auto errors =
      std::ranges::count_if(message_.notifications, [](uint16_t type) { return type < kNoError; });
  out.key("ikev2").begin_object().member("errors", errors).key("notify").begin_array();
  for (const uint16_t type : message_.notifications) out.value(std::to_string(type));
  out.end_array().end_object();
}

void IkeParser::note(Direction direction, const Message& message) {
  Exchange1::Side& side = exchange_.sides[index(direction)];
  if (!message.key_exchange.empty()) side.key_exchange = message.key_exchange;
  if (!message.nonce.empty()) side.nonce = message.nonce;
  if (message.has_proposal) side.attributes = message.attributes;
  if (message.doi) exchange_.doi = message.doi;
  for (const std::string& vendor : message.vendors)
    if (exchange_.vendors.size() < kVendorsMax) exchange_.vendors.push_back(vendor);
}

ParseResult IkeParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  const Bytes datagram = without_marker(bytes);
  const auto header = read_header(datagram);
  if (!header) {
    counter_of(Weird::kCutShort).add();
    return {bytes.size()};
  }
  Message message = read_message(*header, datagram);
  if (!message.whole) counter_of(Weird::kCutShort).add();
  if (message.too_many_payloads) counter_of(Weird::kTooManyPayloads).add();
  if (message.too_many_attributes) counter_of(Weird::kTooManyAttributes).add();
  if (header->major == 1) note(direction, message);
  open_transaction<IkeTransaction>(flow, direction, std::move(message), exchange_);
  return {bytes.size()};
}

}  // namespace picket::inspect::ike
