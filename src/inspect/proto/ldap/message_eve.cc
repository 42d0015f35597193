// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "inspect/app/eve_text.h"
#include "inspect/proto/ldap/message.h"

namespace picket::inspect::ldap {
namespace {

void append_values(JsonWriter& out, std::string_view member,
                   const std::vector<std::string>& values) {
  out.key(member).begin_array();
  for (const std::string& value : values) out.value(eve_text(value));
  out.end_array();
}

void append_attributes(JsonWriter& out, const Message& message, std::string_view name) {
  if (message.attributes.empty()) return;
  out.key("attributes").begin_array();
  for (const Attribute& attribute : message.attributes) {
    out.begin_object().member(name, eve_text(attribute.type));
    append_values(out, "values", attribute.values);
    out.end_object();
  }
  out.end_array();
}

void append_changes(JsonWriter& out, const Message& message) {
  constexpr std::string_view kNames[] = {"add", "delete", "replace", "increment"};
  if (message.attributes.empty()) return;
  out.key("changes").begin_array();
  for (const Attribute& change : message.attributes) {
    const auto operation = static_cast<size_t>(change.operation);
    out.begin_object().member("operation",
                              operation < std::size(kNames) ? kNames[operation] : "unknown");
    out.key("modification").begin_object().member("attribute_type", eve_text(change.type));
    if (!change.values.empty()) append_values(out, "attribute_values", change.values);
    out.end_object().end_object();
  }
  out.end_array();
}

void append_search(JsonWriter& out, const Message& message) {
  out.member("base_object", eve_text(message.name)).member("scope", message.numbers[0]);
  out.member("deref_alias", message.numbers[1]).member("size_limit", message.numbers[2]);
  out.member("time_limit", message.numbers[3]).member("types_only", message.flag);
  if (!message.attributes.empty() && !message.attributes[0].values.empty())
    append_values(out, "attributes", message.attributes[0].values);
}

void append_body(JsonWriter& out, const Message& message) {
  switch (message.operation) {
    case kBindRequest:
      out.member("version", message.numbers[0]).member("name", eve_text(message.name));
      if (message.sasl) {
        out.key("sasl").begin_object().member("mechanism", eve_text(message.mechanism));
        eve_member_if(out, "credentials", message.credentials);
        out.end_object();
      }
      return;
    case kSearchRequest: return append_search(out, message);
    case kSearchResultEntry:
      out.member("base_object", eve_text(message.name));
      return append_attributes(out, message, "type");
    case kModifyRequest:
      out.member("object", eve_text(message.name));
      return append_changes(out, message);
    case kAddRequest:
      out.member("entry", eve_text(message.name));
      return append_attributes(out, message, "name");
    case kDelRequest: out.member("dn", eve_text(message.name)); return;
    case kModDnRequest:
      out.member("entry", eve_text(message.name)).member("new_rdn", eve_text(message.value));
      out.member("delete_old_rdn", message.flag);
      if (message.has_superior) out.member("new_superior", eve_text(message.superior));
      return;
    case kCompareRequest:
      out.member("entry", eve_text(message.name));
      out.key("attribute_value_assertion").begin_object();
      if (!message.attributes.empty())
        out.member("description", eve_text(message.attributes[0].type));
      out.member("value", eve_text(message.value)).end_object();
      return;
    case kAbandonRequest: out.member("message_id", message.numbers[0]); return;
    case kExtendedRequest:
    case kIntermediateResponse:
      eve_member_if(out, "name", message.name);
      eve_member_if(out, "value", message.value);
      return;
    default: break;
  }
  if (!message.result) return;
  out.member("result_code", result_text(*message.result))
      .member("matched_dn", eve_text(message.matched_dn));
  out.member("message", eve_text(message.text));
  if (message.operation == kBindResponse)
    eve_member_if(out, "server_sasl_creds", message.credentials);
  if (message.operation == kExtendedResponse) {
    eve_member_if(out, "name", message.name);
    eve_member_if(out, "value", message.value);
  }
}

}  // namespace

std::string result_text(int64_t code) {
  constexpr std::string_view kLow[] = {"success",
                                       "operations_error",
                                       "protocol_error",
                                       "time_limit_exceeded",
                                       "size_limit_exceeded",
                                       "compare_false",
                                       "compare_true",
                                       "auth_method_not_supported",
                                       "stronger_auth_required",
                                       "",
                                       "referral",
                                       "admin_limit_exceeded",
                                       "unavailable_critical_extension",
                                       "confidentiality_required",
                                       "sasl_bind_in_progress",
                                       "",
                                       "no_such_attribute",
                                       "undefined_attribute_type",
                                       "inappropriate_matching",
                                       "constraint_violation",
                                       "attribute_or_value_exists",
                                       "invalid_attribute_syntax"};
  constexpr struct {
    int64_t code;
    std::string_view name;
  } kHigh[] = {{32, "no_such_object"},
               {33, "alias_problem"},
               {34, "invalid_dns_syntax"},
               {35, "is_leaf"},
               {36, "alias_dereferencing_problem"},
               {48, "inappropriate_authentication"},
               {49, "invalid_credentials"},
               {50, "insufficient_access_rights"},
               {51, "busy"},
               {52, "unavailable"},
               {53, "unwilling_to_perform"},
               {54, "loop_detect"},
               {64, "naming_violation"},
               {65, "objectclass_violation"},
               {66, "not_allowed_on_nonleaf"},
               {67, "not_allowed_on_rdn"},
               {68, "entry_already_exists"},
               {69, "object_class_mods_prohibited"},
               {71, "affects_multiple_dsas"},
               {80, "other"},
               {118, "canceled"},
               {119, "no_such_operation"},
               {120, "too_late"},
               {121, "cannot_cancel"},
               {122, "assertion_failed"},
               {123, "authorization_denied"},
               {4096, "e_sync_refresh_required"}};
  if (code >= 0 && code < static_cast<int64_t>(std::size(kLow)) && !kLow[code].empty())
    return std::string(kLow[code]);
  for (const auto& [number, name] : kHigh)
    if (number == code) return std::string(name);
  return "unknown-" + std::to_string(code);
}

void append_message(JsonWriter& out, const Message& message) {
  out.member("operation", operation_text(message.operation));
  if (message.operation == kUnbindRequest || message.operation == kSearchResultReference) return;
  out.key(operation_text(message.operation)).begin_object();
  append_body(out, message);
  out.end_object();
}

}  // namespace picket::inspect::ldap
