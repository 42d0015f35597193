// SPDX-License-Identifier: Apache-2.0
// The half of the parser that reads first lines and decides what the headers mean.
#include <algorithm>
#include <array>

#include "inspect/proto/http/parser.h"
#include "inspect/proto/http/request_line.h"
#include "inspect/proto/http/uri.h"

namespace picket::inspect::http {
namespace {

constexpr std::string_view kMethods[] = {
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "OPTIONS",
    "CONNECT",
    "DELETE",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "CHECKOUT",
    "UNCHECKOUT",
    "CHECKIN",
    "UPDATE",
    "LABEL",
    "REPORT",
    "MKWORKSPACE",
    "MKACTIVITY",
    "MERGE",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
    "INVALID",
};

HttpTransaction::Span span_in(std::string_view whole, std::string_view part) {
  if (part.empty()) return {};
  return {static_cast<uint32_t>(part.data() - whole.data()), static_cast<uint32_t>(part.size())};
}
std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}
// The request goes on as the first stream of HTTP/2.
void carry(const HttpTransaction& transaction, FlowContext& flow) {
  const auto add = [&flow](std::string_view name, std::string_view value) {
    flow.carried_fields.emplace_back(name, value);
  };
  const Message& head = transaction.message(Direction::kToServer);
  flow.carried_fields.clear();
  add(":method", transaction.method_text());
  add(":path", transaction.request_text(transaction.target));
  if (const auto host = head.find(Known::kHost)) add(":authority", *host);
  for (size_t i = 0; i < head.header_count(); ++i)
    if (!equal_nocase(head.name(i), "host")) add(head.name(i), head.value(i));
}

// What stands behind a request line without protocol is a header, if it reads like one.
bool looks_like_header(std::string_view rest) {
  const size_t end = rest.find_first_of(":\n");
  if (end == std::string_view::npos || end == 0 || rest[end] != ':') return false;
  return rest.substr(0, end).find_first_of(" \t\r(),/;<=>?@[\\]{}\"") == std::string_view::npos;
}

}  // namespace

bool is_known_method(std::string_view method) {
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

void HttpParser::skip_line_ends(Work& work) {
  while (!work.rest().empty() && (work.rest().front() == '\n' || work.rest().front() == '\r'))
    ++work.used;
}

bool HttpParser::first_line(Direction direction, Work& work) {
  Side& of = side(direction);
  // Empty lines before a message are passed over.
  skip_line_ends(work);
  if (work.rest().empty()) return false;
  if (of.resync && !is_message_start(direction, work.rest())) {
    const size_t lf = work.rest().find('\n');
    work.used = lf == std::string_view::npos ? work.bytes.size() : work.used + lf + 1;
    return true;
  }
  of.resync = false;
  return direction == Direction::kToServer ? request_line(work) : status_line(work);
}

bool HttpParser::request_line(Work& work) {
  Side& of = side(Direction::kToServer);
  const std::string_view rest = work.rest();
  const size_t lf = rest.find('\n');
  if (lf == std::string_view::npos && !work.last) {
    too_long(Direction::kToServer, work, rest);
    return false;
  }
  const std::string_view raw = rest.substr(0, lf == std::string_view::npos ? rest.size() : lf + 1);
  const std::string_view line = without_end(raw);
  if (too_long(Direction::kToServer, work, line)) return false;
  const std::string_view behind = rest.substr(raw.size());
  HttpTransaction& transaction = new_transaction(work);
  of.transaction = &transaction;
  read_request_line(transaction, line, raw.size());
  work.used += raw.size();
  if (transaction.protocol.size == 0) {
    if (looks_like_header(behind)) {
      transaction.add_event("request_line_missing_protocol", Direction::kToServer);
    } else {
      message_end(Direction::kToServer, work, true);  // HTTP/0.9: that is all
      return true;
    }
  }
  of.step = Step::kHeaders;
  transaction.set_progress(Direction::kToServer, 1);
  return true;
}

void HttpParser::read_request_line(HttpTransaction& transaction, std::string_view line,
                                   size_t raw_size) {
  Message& head = transaction.message(Direction::kToServer);
  head.set_first_line(line, std::string_view(line.data(), raw_size));
  transaction.request_seen = true;
  const std::string_view kept = head.first_line();
  const RequestWords words = split_request_line(kept);
  transaction.method = span_in(kept, words.method);
  transaction.target = span_in(kept, words.target);
  transaction.protocol = span_in(kept, words.protocol);
  if (words.leading_blank)
    transaction.add_event("request_line_leading_whitespace", Direction::kToServer);
  if (words.odd_blank_after_method)
    transaction.add_event("method_delim_non_compliant", Direction::kToServer);
  if (words.odd_blank_in_target)
    transaction.add_event("uri_delim_non_compliant", Direction::kToServer);
  const UriSettings how{settings_.http_decode_plus_in_query, settings_.http_double_decode};
  const bool connect = words.method == "CONNECT";
  const UriParts parts = connect ? split_authority(words.target) : split_uri(words.target);
  if (parts.has_host) {
    const std::string_view authority =
        connect ? words.target
                : std::string_view(
                      parts.host.data(),
                      parts.host.size() + (parts.port.empty() ? 0 : parts.port.size() + 1));
    HostPart host = normalised_host(authority);
    if (!host.valid) transaction.add_event("request_uri_host_invalid", Direction::kToServer);
    if (!host.port_valid) transaction.add_event("invalid_authority_port", Direction::kToServer);
    transaction.host = std::move(host.name);
    transaction.port = host.port;
    transaction.has_host = transaction.host_in_target = !transaction.host.empty();
    transaction.target_host = span_in(kept, parts.host);
  }
  if (connect) return;
  append_normalised_path(parts.path, how, transaction.path);
  append_normalised_uri(parts, how, transaction.uri);
}

// Bytes where a status line should be: HTTP/0.9, or what readers show as the body all the same.
bool HttpParser::bodyless_start(HttpTransaction* transaction, Work& work) {
  const std::string_view rest = work.rest();
  const size_t lf = rest.find('\n');
  if (lf != std::string_view::npos && lf + 1 < rest.size() && rest[lf + 1] == 'H') {
    work.used += lf + 1;  // a line of junk, and the status line behind it
    return true;
  }
  if (transaction == nullptr) {
    work.used = work.bytes.size();
    return false;
  }
  Side& of = side(Direction::kToClient);
  of.transaction = transaction;
  transaction->message(Direction::kToClient).end_headers({});
  transaction->set_progress(Direction::kToClient, 2);
  of.step = Step::kToClose;
  return true;
}

bool HttpParser::status_line(Work& work) {
  Side& of = side(Direction::kToClient);
  const std::string_view rest = work.rest();
  HttpTransaction* transaction = answered_next();
  if (!is_message_start(Direction::kToClient, rest)) return bodyless_start(transaction, work);
  const Line line = next_line(rest, LineEnds::kResponse, work.last);
  if (!line.found) {
    too_long(Direction::kToClient, work, rest);
    return false;
  }
  const std::string_view text = rest.substr(0, line.content);
  if (too_long(Direction::kToClient, work, text)) return false;
  if (transaction == nullptr) {
    transaction = &new_transaction(work);
    transaction->add_event("unable_to_match_response_to_request", Direction::kToClient);
    transaction->set_progress(Direction::kToServer, Transaction::kDone);
  }
  of.transaction = transaction;
  read_status_line(*transaction, text, line.total);
  transaction->set_progress(Direction::kToClient, 1);
  work.used += line.total;
  of.step = Step::kHeaders;
  return true;
}

void HttpParser::read_status_line(HttpTransaction& transaction, std::string_view line,
                                  size_t raw_size) {
  Message& head = transaction.message(Direction::kToClient);
  head.clear();
  head.set_first_line(line, std::string_view(line.data(), raw_size));
  const std::string_view kept = head.first_line();
  const StatusWords words = split_status_line(kept);
  transaction.response_seen = true;
  transaction.answer_protocol = span_in(kept, words.protocol);
  transaction.status = span_in(kept, words.status);
  transaction.status_text = span_in(kept, words.message);
  transaction.status_code = parse_status(words.status);
  if (transaction.status_code < 0)
    transaction.add_event("response_invalid_status", Direction::kToClient);
}

void HttpParser::check_host(HttpTransaction& transaction) {
  const Message& head = transaction.message(Direction::kToServer);
  const auto said = head.find(Known::kHost);
  if (!said) {
    if (transaction.request_text(transaction.protocol) == "HTTP/1.1" && !transaction.host_in_target)
      transaction.add_event("missing_host_header", Direction::kToServer);
    return;
  }
  HostPart host = normalised_host(*said);
  if (!host.valid) transaction.add_event("request_header_host_invalid", Direction::kToServer);
  if (!host.port_valid) transaction.add_event("request_header_host_invalid", Direction::kToServer);
  if (transaction.host_in_target) {
    if (host.name != transaction.host ||
        (host.port && transaction.port && host.port != transaction.port))
      transaction.add_event("host_header_ambiguous", Direction::kToServer);
    return;
  }
  transaction.has_host = true;
  transaction.host = std::move(host.name);
  transaction.port = host.port;
}

void HttpParser::start_decoder(Direction direction, HttpTransaction& transaction) {
  const auto coding = transaction.message(direction).find(Known::kContentEncoding);
  if (!coding) return;
  const ContentDecoder::Named named = transaction.body(direction).decoder.start(
      *coding, settings_.http_decompress_layers_max, settings_.http_bomb_from);
  if (named.too_many) transaction.add_event("too_many_encoding_layers", direction);
  if (named.abnormal) transaction.add_event("abnormal_ce_header", direction);
}

void HttpParser::request_headers_end(Work& work) {
  Side& of = side(Direction::kToServer);
  HttpTransaction& transaction = *of.transaction;
  const Message& head = transaction.message(Direction::kToServer);
  check_host(transaction);
  start_decoder(Direction::kToServer, transaction);
  if (const auto authorization = head.find(Known::kAuthorization)) {
    bool known = false;
    for (const std::string_view scheme : {"basic", "digest", "bearer"})
      known |= equal_nocase(authorization->substr(0, scheme.size()), scheme);
    if (!known) transaction.add_event("request_auth_unrecognized", Direction::kToServer);
  }
  if (transaction.method_text() == "CONNECT") {
    message_end(Direction::kToServer, work, false);
    skip_line_ends(work);
    of.step = Step::kWaiting;
    return;
  }
  if (const auto coding = head.find(Known::kTransferEncoding)) {
    if (contains_nocase(*coding, "chunked")) {
      of.step = Step::kChunks;
      return;
    }
    transaction.add_event("invalid_transfer_encoding_value_in_request", Direction::kToServer);
  }
  if (const auto length = head.find(Known::kContentLength)) {
    const auto size = parse_content_length(*length);
    if (!size)
      transaction.add_event("invalid_content_length_field_in_request", Direction::kToServer);
    else if (*size > 0) {
      of.left = *size;
      of.step = Step::kLength;
      return;
    }
  }
  const bool upgrade = head.find(Known::kUpgrade).has_value();
  message_end(Direction::kToServer, work, true);
  if (upgrade) of.step = Step::kWaiting;
}

// The server agreed to speak something else from here on.
bool HttpParser::hand_over(HttpTransaction& transaction, Work& work) {
  const int status = transaction.status_code;
  const bool connected = transaction.method_text() == "CONNECT" && status >= 200 && status < 300;
  if (!connected && status != 101) return false;
  const auto upgrade = transaction.message(Direction::kToClient).find(Known::kUpgrade);
  message_end(Direction::kToClient, work, false);
  skip_line_ends(work);
  work.flow.change_to = AppProtocol::kUnknown;
  if (!connected && upgrade) {
    if (equal_nocase(trimmed(*upgrade), "h2c")) {
      work.flow.change_to = AppProtocol::kHttp2;
      carry(transaction, work.flow);
    }
    if (equal_nocase(trimmed(*upgrade), "websocket")) work.flow.change_to = AppProtocol::kWebSocket;
  }
  for (Side& both : sides_) both.step = Step::kPassedOn;
  return true;
}

void HttpParser::response_headers_end(Work& work) {
  Side& of = side(Direction::kToClient);
  HttpTransaction& transaction = *of.transaction;
  const int status = transaction.status_code;
  if (hand_over(transaction, work)) return;
  Side& client = side(Direction::kToServer);
  if (status >= 100 && status < 200) {  // an interim answer: the real one follows
    if (status == 100 && of.interim_seen)
      transaction.add_event("100_continue_already_seen", Direction::kToClient);
    of.interim_seen = status == 100;
    of.step = Step::kLine;
    return;
  }
  of.interim_seen = false;
  if (client.step == Step::kWaiting) client.step = Step::kLine;
  start_decoder(Direction::kToClient, transaction);
  response_framing(transaction);
  if (of.step == Step::kHeaders) message_end(Direction::kToClient, work, true);
}

// Sets the step for the body; leaves it when there is none.
void HttpParser::response_framing(HttpTransaction& transaction) {
  Side& of = side(Direction::kToClient);
  const Message& head = transaction.message(Direction::kToClient);
  if (transaction.method_text() == "HEAD") return;
  const auto length = head.find(Known::kContentLength);
  if (const auto coding = head.find(Known::kTransferEncoding)) {
    if (contains_nocase(*coding, "chunked")) {
      of.step = Step::kChunks;
      return;
    }
    transaction.add_event("invalid_transfer_encoding_value_in_response", Direction::kToClient);
  }
  const int status = transaction.status_code;
  if ((status == 204 || status == 304) && !length) return;
  if (!length) {
    of.step = Step::kToClose;
    return;
  }
  const auto size = parse_content_length(*length);
  if (!size) {
    transaction.add_event("invalid_content_length_field_in_response", Direction::kToClient);
    of.step = Step::kToClose;
  } else if (*size > 0 && status != 304) {
    of.left = *size;
    of.step = Step::kLength;
  }
}

}  // namespace picket::inspect::http
