// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/transaction.h"

#include "inspect/proto/dns/dns_transaction.h"
#include "inspect/proto/http/message.h"
#include "inspect/proto/http/transaction.h"
#include "inspect/proto/http/uri.h"

namespace picket::inspect::http2 {
namespace {

std::string_view field_name(BufferId id) {
  switch (id) {
    case BufferId::k_http_user_agent: return "user-agent";
    case BufferId::k_http_accept: return "accept";
    case BufferId::k_http_accept_enc: return "accept-encoding";
    case BufferId::k_http_accept_lang: return "accept-language";
    case BufferId::k_http_referer: return "referer";
    case BufferId::k_http_connection: return "connection";
    case BufferId::k_http_content_len: return "content-length";
    case BufferId::k_http_content_type: return "content-type";
    case BufferId::k_http_location: return "location";
    case BufferId::k_http_server: return "server";
    default: return {};
  }
}

template <typename T>
std::optional<int64_t> number_at(const std::vector<T>& list, size_t at) {
  if (at >= list.size()) return std::nullopt;
  return static_cast<int64_t>(list[at]);
}

std::string_view setting_text(uint16_t id) {
  switch (id) {
    case 1: return "SETTINGSHEADERTABLESIZE";
    case 2: return "SETTINGSENABLEPUSH";
    case 3: return "SETTINGSMAXCONCURRENTSTREAMS";
    case 4: return "SETTINGSINITIALWINDOWSIZE";
    case 5: return "SETTINGSMAXFRAMESIZE";
    case 6: return "SETTINGSMAXHEADERLISTSIZE";
    case 8: return "SETTINGSENABLECONNECTPROTOCOL";
    case 9: return "SETTINGSNORFC7540PRIORITIES";
    default: return {};
  }
}
std::string error_text(uint32_t code) {
  constexpr std::string_view kNames[] = {"NOERROR",
                                         "PROTOCOLERROR",
                                         "INTERNALERROR",
                                         "FLOWCONTROLERROR",
                                         "SETTINGSTIMEOUT",
                                         "STREAMCLOSED",
                                         "FRAMESIZEERROR",
                                         "REFUSEDSTREAM",
                                         "CANCEL",
                                         "COMPRESSIONERROR",
                                         "CONNECTERROR",
                                         "ENHANCEYOURCALM",
                                         "INADEQUATESECURITY",
                                         "HTTP11REQUIRED"};
  return code < std::size(kNames) ? std::string(kNames[code]) : std::to_string(code);
}

void append_side(JsonWriter& out, const StreamSide& side) {
  out.begin_object();
  if (!side.settings.empty()) {
    out.key("settings").begin_array();
    for (const StreamSide::Setting& setting : side.settings) {
      const std::string_view known = setting_text(setting.id);
      out.begin_object().member("settings_id", known.empty()
                                                   ? "SETTINGSUNKNOWN" + std::to_string(setting.id)
                                                   : std::string(known));
      out.member("settings_value", setting.value).end_object();
    }
    out.end_array();
  }
  if (!side.errors.empty()) out.member("error_code", error_text(side.errors.front()));
  if (!side.priorities.empty()) out.member("priority", side.priorities.front());
  out.end_object();
}

void append_fields(JsonWriter& out, std::string_view name, const StreamSide& side) {
  if (side.fields.empty() && side.size_updates.empty()) return;
  out.key(name).begin_array();
  for (const uint32_t size : side.size_updates)
    out.begin_object().member("table_size_update", size).end_object();
  for (size_t i = 0; i < side.fields.size(); ++i)
    out.begin_object()
        .member("name", side.fields.name(i))
        .member("value", side.fields.value(i))
        .end_object();
  out.end_array();
}

}  // namespace

std::string base64url_decode(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int digit = -1;
    if (c >= 'A' && c <= 'Z') digit = c - 'A';
    if (c >= 'a' && c <= 'z') digit = c - 'a' + 26;
    if (c >= '0' && c <= '9') digit = c - '0' + 52;
    if (c == '-') digit = 62;
    if (c == '_') digit = 63;
    if (digit < 0) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

void Http2Transaction::fields_end(Direction direction) {
  const FieldList& fields = side(direction).fields;
  if (direction == Direction::kToServer) {
    request_line_.clear();
    if (const auto method = fields.find(":method")) request_line_.append(*method).append(" ");
    if (const auto path = fields.find(":path")) request_line_.append(*path).append(" ");
    request_line_.append("HTTP/2\r\n");
    auto host = fields.find(":authority");
    if (!host) host = fields.find("host");
    if (host) host_ = http::normalised_host(*host).name;
    if (const auto path = fields.find(":path")) {
      const http::UriParts parts = http::split_uri(*path);
      const size_t at = parts.query.starts_with("dns=") ? 0 : parts.query.find("&dns=");
      if (at != std::string_view::npos) {
        const std::string message = base64url_decode(parts.query.substr(at == 0 ? 4 : at + 5));
        read_dns(direction, as_bytes(message));
      }
    }
  } else {
    response_line_ = "HTTP/2";
    if (const auto status = fields.find(":status")) response_line_.append(" ").append(*status);
    response_line_.append("\r\n");
  }
  if (const auto coding = fields.find("content-encoding"); coding && !side(direction).body.opened())
    side(direction).body.decoder = {},
    side(direction).body.decoder.start(*coding, settings_.http_decompress_layers_max,
                                       settings_.http_bomb_from);
  set_progress(direction, 2);
}

void Http2Transaction::read_dns(Direction direction, Bytes message) {
  dns::ShownMessage read;
  if (!read.read(message)) return;
  dns_[picket::inspect::index(direction)] = std::move(read);
}

void Http2Transaction::end_body(Direction direction, bool whole) {
  http::Body& body = side(direction).body;
  body.end(whole);
  const auto type = side(direction).fields.find("content-type");
  if (whole && type && *type == "application/dns-message" && body.bytes() != nullptr)
    read_dns(direction, body.bytes()->window());
}

void Http2Transaction::open_body(Direction direction) {
  const FieldList& fields = side(direction).fields;
  http::Body::Opening opening;
  const http::UriSettings how{settings_.http_decode_plus_in_query, settings_.http_double_decode};
  if (const auto path = sides[0].fields.find(":path"))
    http::append_normalised_path(http::split_uri(*path).path, how, opening.name);
  if (const auto disposition = fields.find("content-disposition")) {
    std::string said = http::header_parameter(*disposition, "filename");
    if (!said.empty()) opening.name = std::move(said);
  }
  if (const auto range = fields.find("content-range")) {
    const http::ContentRange read = http::parse_content_range(*range);
    if (read.start && *read.start >= 0) opening.start = static_cast<uint64_t>(*read.start);
    if (read.size && *read.size >= 0) opening.total = static_cast<uint64_t>(*read.size);
  }
  opening.is_file = true;
  opening.limit = settings_.http2_body_max;
  side(direction).body.open(opening);
}

std::optional<Bytes> Http2Transaction::line_buffer(BufferId which, Direction direction) const {
  const bool ask = direction == Direction::kToServer;
  const FieldList& fields = side(direction).fields;
  if (fields.empty()) return std::nullopt;
  switch (which) {
    case BufferId::k_http_method: return ask ? buffer_of(fields.find(":method")) : std::nullopt;
    case BufferId::k_http_uri:
    case BufferId::k_http_uri_raw: return ask ? buffer_of(fields.find(":path")) : std::nullopt;
    case BufferId::k_http_protocol: return as_bytes("HTTP/2");
    case BufferId::k_http_request_line: return ask ? unless_empty(request_line_) : std::nullopt;
    case BufferId::k_http_response_line: return ask ? std::nullopt : unless_empty(response_line_);
    case BufferId::k_http_stat_code: return ask ? std::nullopt : buffer_of(fields.find(":status"));
    case BufferId::k_http_stat_msg: return ask ? std::nullopt : std::optional(Bytes());
    default: return std::nullopt;
  }
}

std::optional<Bytes> Http2Transaction::fields_buffer(BufferId which, Direction direction,
                                                     size_t at) const {
  const bool ask = direction == Direction::kToServer;
  const FieldList& fields = side(direction).fields;
  if (fields.empty()) return std::nullopt;
  const std::string_view cookie = ask ? "cookie" : "set-cookie";
  switch (which) {
    case BufferId::k_http_header: return unless_empty(fields.text_without(cookie));
    case BufferId::k_http_header_raw: return unless_empty(fields.text());
    case BufferId::k_http_header_names: return as_bytes(fields.names());
    case BufferId::k_http_cookie: return buffer_of(fields.find(cookie));
    case BufferId::k_http_host: return ask ? unless_empty(host_) : std::nullopt;
    case BufferId::k_http_host_raw: {
      if (!ask) return std::nullopt;
      const auto authority = fields.find(":authority");
      return buffer_of(authority ? authority : fields.find("host"));
    }
    case BufferId::k_http_request_header:
    case BufferId::k_http_response_header:
      if (ask != (which == BufferId::k_http_request_header) || at >= fields.size())
        return std::nullopt;
      return as_bytes(fields.line(at));
    case BufferId::k_http2_header_name:
      if (at >= fields.size()) return std::nullopt;
      return as_bytes(fields.name(at));
    default: break;
  }
  const std::string_view name = field_name(which);
  return name.empty() ? std::nullopt : buffer_of(fields.find(name));
}

std::optional<Bytes> Http2Transaction::buffer(BufferId which, Direction direction, size_t at) {
  const bool ask = direction == Direction::kToServer;
  if (const auto& message = dns_[picket::inspect::index(direction)])
    if (const auto found = dns::message_buffer(*message, which, direction, at)) return found;
  if (which == BufferId::k_http_request_body || which == BufferId::k_http_response_body ||
      which == BufferId::k_file_data) {
    if (which != BufferId::k_file_data && ask != (which == BufferId::k_http_request_body))
      return std::nullopt;
    const FileBody* found = file(direction, at);
    return found ? std::optional(found->window()) : std::nullopt;
  }
  if (info(which).progress == 1) return line_buffer(which, direction);
  return fields_buffer(which, direction, at);
}

uint64_t Http2Transaction::body_offset(BufferId, Direction direction) const {
  const FileBody* bytes = side(direction).body.bytes();
  return bytes ? bytes->window_offset() : 0;
}

FileBody* Http2Transaction::file(Direction direction, size_t at) {
  return side(direction).body.file(at);
}

std::optional<int64_t> Http2Transaction::field(FieldId which, Direction direction, size_t at) {
  const StreamSide& of = side(direction);
  if (const auto& message = dns_[picket::inspect::index(direction)])
    if (const auto found = dns::message_field(*message, which, direction, at)) return found;
  switch (which) {
    case FieldId::k_http2_frametype: return number_at(of.frame_types, at);
    case FieldId::k_http2_errorcode: return number_at(of.errors, at);
    case FieldId::k_http2_priority: return number_at(of.priorities, at);
    case FieldId::k_http2_window: return number_at(of.windows, at);
    case FieldId::k_http2_size_update: return number_at(of.size_updates, at);
    case FieldId::k_http2_settings:
      if (at / 2 >= of.settings.size()) return std::nullopt;
      return at % 2 == 0 ? of.settings[at / 2].id : static_cast<int64_t>(of.settings[at / 2].value);
    default: return std::nullopt;
  }
}

bool Http2Transaction::has_record() const {
  for (const StreamSide& of : sides)
    if (!of.fields.empty() || !of.settings.empty() || !of.errors.empty() || !of.priorities.empty())
      return true;
  return false;
}

std::string_view Http2Transaction::eve_type() const {
  if (has_dns()) return "dns";
  return has_record() ? "http" : std::string_view();
}

void Http2Transaction::append_eve(JsonWriter& out) const {
  if (!has_dns()) return append_http(out);
  out.begin_object();
  dns::append_eve_members(out, dns_[1] ? *dns_[1] : *dns_[0], id);
  out.end_object();
}

void Http2Transaction::append_eve_more(JsonWriter& out) const {
  if (!has_dns()) return;
  out.key("http");
  append_http(out);
}

void Http2Transaction::append_http(JsonWriter& out) const {
  const FieldList& ask = sides[0].fields;
  const FieldList& answer = sides[1].fields;
  out.begin_object().member("version", "2");
  append_fields(out, "request_headers", sides[0]);
  append_fields(out, "response_headers", sides[1]);
  if (const auto method = ask.find(":method")) out.member("http_method", *method);
  if (const auto path = ask.find(":path")) out.member("url", *path);
  auto host = ask.find(":authority");
  if (!host) host = ask.find("host");
  if (host) out.member("hostname", *host);
  if (const auto agent = ask.find("user-agent")) out.member("http_user_agent", *agent);
  if (const auto length = answer.find("content-length")) {
    int64_t said = 0;
    for (const char c : length->substr(0, 18))
      said = c >= '0' && c <= '9' ? said * 10 + (c - '0') : said;
    out.member("length", said);
  }
  if (const auto status = answer.find(":status")) {
    int code = 0;
    for (const char c : status->substr(0, 3))
      code = c >= '0' && c <= '9' ? code * 10 + (c - '0') : code;
    out.member("status", code);
  }
  out.key("http2").begin_object().member("stream_id", stream_id);
  out.key("request");
  append_side(out, sides[0]);
  out.key("response");
  append_side(out, sides[1]);
  out.end_object().end_object();
}

}  // namespace picket::inspect::http2
