// SPDX-License-Identifier: Apache-2.0
// PgsqlTransaction as EVE shows it.
#include "inspect/app/eve_text.h"
#include "inspect/proto/pgsql/pgsql_parser.h"

namespace picket::inspect::pgsql {
namespace {

// DateStyle: date_style.
std::string snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !out.empty() && out.back() != '_') out += '_';
    out += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return eve_text(out);
}

void append_parameters(JsonWriter& out, std::string_view name,
                       const PgsqlTransaction::Parameters& parameters) {
  out.key(name).begin_array();
  for (const auto& [parameter, value] : parameters)
    if (parameter != "user")
      out.begin_object().member(snake_case(parameter), eve_text(value)).end_object();
  out.end_array();
}

// Four bytes that need not be text: those that are no ASCII as \xNN.
std::string salt_text(std::string_view salt) {
  std::string out;
  for (const char c : salt)
    out += static_cast<uint8_t>(c) < 0x80 ? std::string(1, c)
                                          : "\\x" + eve_hex(as_bytes(std::string_view(&c, 1)));
  return out;
}

std::string_view error_member(char code) {
  switch (code) {
    case 'S': return "severity_localizable";
    case 'V': return "severity_non_localizable";
    case 'C': return "code";
    case 'M': return "message";
    case 'F': return "file";
    case 'L': return "line";
    case 'R': return "routine";
    default: return {};
  }
}

}  // namespace

void PgsqlTransaction::append_request(JsonWriter& out) const {
  out.key("request").begin_object();
  if (request.version) {
    const uint32_t version = *request.version;
    out.member("protocol_version",
               std::to_string(version >> 16) + "." + std::to_string(version & 0xffff));
    out.key("startup_parameters").begin_object();
    for (const auto& [name, value] : request.parameters)
      if (name == "user") out.member("user", eve_text(value));
    append_parameters(out, "optional_parameters", request.parameters);
    out.end_object();
  }
  out.member_if("message", request.message);
  if (request.query) out.member("simple_query", eve_text(*request.query));
  if (request.password) out.member("password_redacted", true);
  eve_member_if(out, "sasl_authentication_mechanism", request.mechanism);
  if (request.cancel) {
    out.member("process_id", request.cancel->first).member("secret_key", request.cancel->second);
  }
  if (request.copy_messages > 0) {
    out.key("copy_data_in").begin_object().member("msg_count", request.copy_messages);
    out.member("data_size", request.copy_bytes).end_object();
  }
  out.end_object();
}

void PgsqlTransaction::append_answer(JsonWriter& out) const {
  out.key("response").begin_object();
  if (answer->ssl) out.member("ssl_accepted", *answer->ssl);
  out.member_if("message", answer->message);
  if (!answer->md5_salt.empty())
    out.member("authentication_md5_password", salt_text(answer->md5_salt));
  for (const auto& [code, text] : answer->error)
    if (const auto name = error_member(code.front()); !name.empty())
      out.member(name, eve_text(text));
  if (!answer->parameters.empty()) append_parameters(out, "parameter_status", answer->parameters);
  if (answer->key)
    out.member("process_id", answer->key->first).member("secret_key", answer->key->second);
  if (answer->fields) out.member("field_count", *answer->fields);
  if (answer->rows > 0) out.member("data_rows", answer->rows).member("data_size", answer->bytes);
  if (answer->copy_rows > 0) {
    out.key("copy_data_out").begin_object().member("row_count", answer->copy_rows);
    out.member("data_size", answer->copy_bytes).end_object();
  }
  eve_member_if(out, "command_completed", answer->completed);
  out.end_object();
}

void PgsqlTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("tx_id", id + 1);
  append_request(out);
  if (answer) append_answer(out);
  out.end_object();
}

}  // namespace picket::inspect::pgsql
