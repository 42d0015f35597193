// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// LDAP messages (RFC 4511): reading and showing. Pure.
namespace picket::inspect::ldap {

constexpr size_t kItemsMax = 128;   // attributes, changes of one message
constexpr size_t kValuesMax = 128;  // of one attribute

// Numbers of the protocol operations, their APPLICATION tags.
enum Operation : uint8_t {
  kBindRequest = 0,
  kBindResponse,
  kUnbindRequest,
  kSearchRequest,
  kSearchResultEntry,
  kSearchResultDone,
  kModifyRequest,
  kModifyResponse,
  kAddRequest,
  kAddResponse,
  kDelRequest,
  kDelResponse,
  kModDnRequest,
  kModDnResponse,
  kCompareRequest,
  kCompareResponse,
  kAbandonRequest,
  kSearchResultReference = 19,
  kExtendedRequest = 23,
  kExtendedResponse = 24,
  kIntermediateResponse = 25,
};
std::string_view operation_text(uint8_t operation);  // bind_request; empty: none
std::string result_text(int64_t code);               // success, size_limit_exceeded
bool is_request(uint8_t operation);

struct Attribute {
  std::string type;
  std::vector<std::string> values;
  int64_t operation = -1;  // of a change: 0 add, 1 delete, 2 replace
};

struct Message {
  int64_t id = 0;
  uint8_t operation = 0;
  std::string name;   // base object, entry, DN, bind name, name of an extended operation
  std::string value;  // new RDN, compared value, value of an extended operation
  std::string superior, mechanism, credentials;
  bool has_superior = false, sasl = false, flag = false;  // flag: delete old RDN, types only
  int64_t numbers[4] =
      {};  // search: scope, deref, size limit, time limit; bind: version; abandon: id
  std::vector<Attribute> attributes;
  // Responses.
  std::optional<int64_t> result;
  std::string matched_dn, text;
};

// nullopt: it is no LDAP message. What of it could be read is there.
std::optional<Message> read_message(Bytes bytes);
// "operation": ..., and the object of that name.
void append_message(JsonWriter& out, const Message& message);

}  // namespace picket::inspect::ldap
