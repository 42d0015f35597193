// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/transaction.h"

#include <charconv>

namespace picket::inspect::http {
namespace {

constexpr std::string_view kUnseenUri = "/libhtp::request_uri_not_seen";  // as Suricata writes it

std::optional<Known> known_of(BufferId id) {
  switch (id) {
    case BufferId::k_http_user_agent: return Known::kUserAgent;
    case BufferId::k_http_accept: return Known::kAccept;
    case BufferId::k_http_accept_enc: return Known::kAcceptEncoding;
    case BufferId::k_http_accept_lang: return Known::kAcceptLanguage;
    case BufferId::k_http_referer: return Known::kReferer;
    case BufferId::k_http_connection: return Known::kConnection;
    case BufferId::k_http_content_len: return Known::kContentLength;
    case BufferId::k_http_content_type: return Known::kContentType;
    case BufferId::k_http_location: return Known::kLocation;
    case BufferId::k_http_server: return Known::kServer;
    default: return std::nullopt;
  }
}
}  // namespace

std::optional<Bytes> HttpTransaction::line_buffer(BufferId which, Direction direction) const {
  const bool ask = direction == Direction::kToServer;
  if (ask ? !request_seen : !response_seen) return std::nullopt;
  switch (which) {
    case BufferId::k_http_method: return ask ? buffer_of(request_text(method)) : std::nullopt;
    case BufferId::k_http_uri: return ask ? unless_empty(uri) : std::nullopt;
    case BufferId::k_http_uri_raw: return ask ? unless_empty(request_text(target)) : std::nullopt;
    case BufferId::k_http_protocol:
      return unless_empty(ask ? request_text(protocol) : response_text(answer_protocol));
    case BufferId::k_http_request_line:
      return ask ? unless_empty(messages[0].first_line()) : std::nullopt;
    case BufferId::k_http_response_line:
      return ask ? std::nullopt : unless_empty(messages[1].first_line());
    case BufferId::k_http_stat_code:
      return ask ? std::nullopt : unless_empty(response_text(status));
    case BufferId::k_http_stat_msg:
      return ask ? std::nullopt : unless_empty(response_text(status_text));
    default: return std::nullopt;
  }
}

std::optional<Bytes> HttpTransaction::head_buffer(BufferId which, Direction direction,
                                                  size_t at) const {
  const bool ask = direction == Direction::kToServer;
  const Message& head = message(direction);
  if (!head.ended()) return std::nullopt;
  const Known cookie = ask ? Known::kCookie : Known::kSetCookie;
  switch (which) {
    case BufferId::k_http_header: return unless_empty(head.headers_without(cookie));
    case BufferId::k_http_header_raw: return unless_empty(head.raw_headers());
    case BufferId::k_http_header_names: return buffer_of(head.header_names());
    case BufferId::k_http_start: return buffer_of(head.start());
    case BufferId::k_http_cookie: return buffer_of(head.find(cookie));
    case BufferId::k_http_request_header:
      return ask ? buffer_of(head.header_line(at)) : std::nullopt;
    case BufferId::k_http_response_header:
      return ask ? std::nullopt : buffer_of(head.header_line(at));
    case BufferId::k_http_host: return ask && has_host ? buffer_of(host) : std::nullopt;
    case BufferId::k_http_host_raw:
      if (!ask) return std::nullopt;
      return host_in_target ? buffer_of(request_text(target_host))
                            : buffer_of(head.find(Known::kHost));
    default: break;
  }
  const auto known = known_of(which);
  return known ? buffer_of(head.find(*known)) : std::nullopt;
}

std::optional<Bytes> HttpTransaction::buffer(BufferId which, Direction direction, size_t at) {
  const bool ask = direction == Direction::kToServer;
  switch (which) {
    case BufferId::k_http_request_body:
    case BufferId::k_http_response_body: {
      if (ask != (which == BufferId::k_http_request_body)) return std::nullopt;
      const FileBody* bytes = body(direction).bytes();
      return bytes ? std::optional(bytes->window()) : std::nullopt;
    }
    case BufferId::k_file_data: {
      const FileBody* found = file(direction, at);
      return found ? std::optional(found->window()) : std::nullopt;
    }
    default: break;
  }
  const uint8_t step = info(which).progress;
  if (step == 1) return line_buffer(which, direction);
  return head_buffer(which, direction, at);
}

uint64_t HttpTransaction::body_offset(BufferId, Direction direction) const {
  const FileBody* bytes = body(direction).bytes();
  return bytes ? bytes->window_offset() : 0;
}

FileBody* HttpTransaction::file(Direction direction, size_t at) { return body(direction).file(at); }

// What the body that begins is: a file, and of what name; an upload of several.
void HttpTransaction::open_body(Direction direction) {
  const Message& head = message(direction);
  const bool ask = direction == Direction::kToServer;
  Body::Opening opening;
  opening.name = path;
  opening.is_file = !path.empty();
  if (ask) {
    const std::string_view verb = method_text();
    opening.is_file = opening.is_file && (verb == "POST" || verb == "PUT");
    const auto type = head.find(Known::kContentType);
    if (type && verb == "POST") opening.boundary = MultipartReader::boundary_of(*type);
  } else {
    if (const auto disposition = head.find(Known::kContentDisposition)) {
      std::string said = header_parameter(*disposition, "filename");
      if (!said.empty()) opening.name = std::move(said);
      opening.is_file |= !opening.name.empty();
    }
    if (const auto range = head.find(Known::kContentRange)) {
      const ContentRange read = parse_content_range(*range);
      if (read.start && *read.start >= 0) opening.start = static_cast<uint64_t>(*read.start);
      if (read.size && *read.size >= 0) opening.total = static_cast<uint64_t>(*read.size);
    }
  }
  opening.limit = ask ? settings_.http_request_body_max : settings_.http_response_body_max;
  if (settings_.file_follow_all && opening.is_file) opening.limit = settings_.file_follow_max;
  body(direction).open(opening);
}

void HttpTransaction::add_body(Direction direction, Bytes raw, std::vector<FileBody*>& opened) {
  Body& of = body(direction);
  if (!of.opened()) open_body(direction);
  const bool was_bomb = of.decoder.bomb();
  of.add(raw, opened);
  if (of.decoder.bomb() && !was_bomb) add_event("compression_bomb", direction);
  if (const MultipartReader* parts = of.multipart()) {
    if (parts->broken()) add_event("multipart_invalid_header", direction);
    if (parts->without_data()) add_event("multipart_no_filedata", direction);
  }
}

void HttpTransaction::body_gap(Direction direction, uint64_t lost) { body(direction).gap(lost); }

void HttpTransaction::end_body(Direction direction, bool whole) {
  Body& of = body(direction);
  of.end(whole);
  if (of.decoder.failed()) add_event("gzip_decompression_failed", direction);
}

ContentRange parse_content_range(std::string_view value) {
  ContentRange range;
  value = trimmed(value);
  if (!equal_nocase(value.substr(0, 5), "bytes")) return range;
  value = trimmed(value.substr(5));
  const auto number = [&value]() -> std::optional<int64_t> {
    int64_t read = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
    if (error != std::errc()) return std::nullopt;
    value.remove_prefix(static_cast<size_t>(end - value.data()));
    return read;
  };
  if (value.starts_with('*')) {
    value.remove_prefix(1);
  } else {
    range.start = number();
    if (!range.start || !value.starts_with('-')) return {};
    value.remove_prefix(1);
    range.end = number();
  }
  if (value.starts_with('/')) {
    value.remove_prefix(1);
    range.size = number();
  }
  return range;
}

void append_content_range(JsonWriter& out, std::string_view value) {
  const ContentRange range = parse_content_range(value);
  out.key("content_range").begin_object().member("raw", value);
  if (range.start) out.member("start", *range.start);
  if (range.end) out.member("end", *range.end);
  if (range.size) out.member("size", *range.size);
  out.end_object();
}

void HttpTransaction::append_eve(JsonWriter& out) const {
  const Message& ask = messages[0];
  const Message& answer = messages[1];
  out.begin_object();
  if (has_host) out.member("hostname", host);
  if (port) out.member("http_port", *port);
  if (!request_seen)
    out.member("url", kUnseenUri);
  else
    out.member_if("url", request_text(target));
  if (const auto agent = ask.find(Known::kUserAgent)) out.member("http_user_agent", *agent);
  if (const auto from = ask.find(Known::kForwardedFor)) out.member("xff", *from);
  if (const auto type = answer.find(Known::kContentType))
    out.member("http_content_type", trimmed(type->substr(0, type->find(';'))));
  if (const auto range = answer.find(Known::kContentRange)) append_content_range(out, *range);
  if (const auto from = ask.find(Known::kReferer)) out.member("http_refer", *from);
  if (request_seen) {
    out.member_if("http_method", method_text());
    out.member_if("protocol", request_text(protocol));
  }
  if (status_code >= 0)
    out.member("status", status_code);
  else if (response_seen && status.size > 0)
    out.member("status_string", response_text(status));
  if (status_code >= 300 && status_code < 400)
    if (const auto where = answer.find(Known::kLocation)) out.member("redirect", *where);
  out.member("length", bodies[1].message_size());
  out.end_object();
}

}  // namespace picket::inspect::http
