// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ldap/message.h"

#include <iterator>

#include "inspect/app/ber.h"
#include "inspect/proto/ldap/weird.h"

namespace picket::inspect::ldap {
namespace {

constexpr uint8_t kInteger = 2, kOctets = 4, kEnumerated = 10, kBoolean = 1, kSequence = 0x30,
                  kSet = 0x31;
constexpr uint8_t kApplication = 0x40, kConstructed = 0x20;

std::string text(BerReader& reader, uint8_t tag = kOctets) {
  const auto element = reader.next(tag);
  return element ? std::string(as_text(element->content)) : std::string();
}
int64_t number(BerReader& reader, uint8_t tag) {
  const auto element = reader.next(tag);
  return element ? ber_integer(element->content).value_or(0) : 0;
}
bool truth(BerReader& reader) {
  const auto element = reader.next(kBoolean);
  return element && !element->content.empty() && element->content[0] != 0;
}

void read_values(Bytes content, std::vector<std::string>& out) {
  BerReader values(content);
  while (const auto value = values.next()) {
    if (out.size() == kValuesMax) return counter_of(Weird::kTooManyItems).add();
    out.emplace_back(as_text(value->content));
  }
}

// SEQUENCE OF { type, SET OF value }
void read_attributes(Bytes content, Message& message) {
  BerReader list(content);
  while (const auto item = list.next(kSequence)) {
    if (message.attributes.size() == kItemsMax) return counter_of(Weird::kTooManyItems).add();
    BerReader fields(item->content);
    Attribute attribute;
    attribute.type = text(fields);
    if (const auto values = fields.next(kSet)) read_values(values->content, attribute.values);
    message.attributes.push_back(std::move(attribute));
  }
}

void read_search(BerReader& body, Message& message) {
  message.name = text(body);
  message.numbers[0] = number(body, kEnumerated);
  message.numbers[1] = number(body, kEnumerated);
  message.numbers[2] = number(body, kInteger);
  message.numbers[3] = number(body, kInteger);
  message.flag = truth(body);
  body.next();  // the filter
  if (const auto names = body.next(kSequence)) {
    message.attributes.emplace_back();
    read_values(names->content, message.attributes.back().values);
  }
}

void read_modify(BerReader& body, Message& message) {
  message.name = text(body);
  const auto changes = body.next(kSequence);
  if (!changes) return;
  BerReader list(changes->content);
  while (const auto change = list.next(kSequence)) {
    if (message.attributes.size() == kItemsMax) return counter_of(Weird::kTooManyItems).add();
    BerReader fields(change->content);
    Attribute attribute;
    attribute.operation = number(fields, kEnumerated);
    if (const auto modification = fields.next(kSequence)) {
      BerReader inside(modification->content);
      attribute.type = text(inside);
      if (const auto values = inside.next(kSet)) read_values(values->content, attribute.values);
    }
    message.attributes.push_back(std::move(attribute));
  }
}

void read_bind(BerReader& body, Message& message) {
  message.numbers[0] = number(body, kInteger);
  message.name = text(body);
  if (const auto sasl = body.next(0xa3)) {
    BerReader inside(sasl->content);
    message.sasl = true;
    message.mechanism = text(inside);
    message.credentials = text(inside);
  }
}

void read_result(BerReader& body, Message& message) {
  message.result = number(body, kEnumerated);
  message.matched_dn = text(body);
  message.text = text(body);
  body.next(0xa3);  // referral
  if (message.operation == kBindResponse) message.credentials = text(body, 0x87);
  if (message.operation == kExtendedResponse) {
    message.name = text(body, 0x8a);
    message.value = text(body, 0x8b);
  }
}

void read_request(BerReader& body, Message& message) {
  switch (message.operation) {
    case kBindRequest: return read_bind(body, message);
    case kSearchRequest: return read_search(body, message);
    case kModifyRequest: return read_modify(body, message);
    case kAddRequest:
    case kSearchResultEntry:
      message.name = text(body);
      if (const auto list = body.next(kSequence)) read_attributes(list->content, message);
      return;
    case kModDnRequest:
      message.name = text(body);
      message.value = text(body);
      message.flag = truth(body);
      message.has_superior = body.peek() == 0x80;
      message.superior = text(body, 0x80);
      return;
    case kCompareRequest:
      message.name = text(body);
      if (const auto assertion = body.next(kSequence)) {
        BerReader inside(assertion->content);
        message.attributes.emplace_back();
        message.attributes.back().type = text(inside);
        message.value = text(inside);
      }
      return;
    case kExtendedRequest:
    case kIntermediateResponse:
      message.name = text(body, 0x80);
      message.value = text(body, 0x81);
      return;
    default: return;
  }
}

}  // namespace

std::string_view operation_text(uint8_t operation) {
  constexpr std::string_view kNames[] = {"bind_request",
                                         "bind_response",
                                         "unbind_request",
                                         "search_request",
                                         "search_result_entry",
                                         "search_result_done",
                                         "modify_request",
                                         "modify_response",
                                         "add_request",
                                         "add_response",
                                         "del_request",
                                         "del_response",
                                         "mod_dn_request",
                                         "mod_dn_response",
                                         "compare_request",
                                         "compare_response",
                                         "abandon_request",
                                         "",
                                         "",
                                         "search_result_reference",
                                         "",
                                         "",
                                         "",
                                         "extended_request",
                                         "extended_response",
                                         "intermediate_response"};
  return operation < std::size(kNames) ? kNames[operation] : std::string_view();
}

bool is_request(uint8_t operation) {
  switch (operation) {
    case kBindRequest:
    case kUnbindRequest:
    case kSearchRequest:
    case kModifyRequest:
    case kAddRequest:
    case kDelRequest:
    case kModDnRequest:
    case kCompareRequest:
    case kAbandonRequest:
    case kExtendedRequest: return true;
    default: return false;
  }
}

std::optional<Message> read_message(Bytes bytes) {
  BerReader outer(bytes);
  const auto whole = outer.next(kSequence);
  if (!whole) return std::nullopt;
  BerReader reader(whole->content);
  const auto id = reader.next(kInteger);
  const auto body = reader.next();
  if (!id || !body || (body->tag & 0xc0) != kApplication) return std::nullopt;
  Message out;
  out.id = ber_integer(id->content).value_or(-1);
  out.operation = body->tag & 0x1f;
  if (operation_text(out.operation).empty() || out.id < 0) return std::nullopt;
  if (out.operation == kDelRequest) out.name = as_text(body->content);
  if (out.operation == kAbandonRequest) out.numbers[0] = ber_integer(body->content).value_or(0);
  if ((body->tag & kConstructed) == 0) return out;
  BerReader fields(body->content);
  const bool shows_result = !is_request(out.operation) && out.operation != kSearchResultEntry &&
                            out.operation != kSearchResultReference &&
                            out.operation != kIntermediateResponse;
  if (shows_result)
    read_result(fields, out);
  else
    read_request(fields, out);
  if (fields.failed()) counter_of(Weird::kMalformed).add();
  return out;
}

}  // namespace picket::inspect::ldap
