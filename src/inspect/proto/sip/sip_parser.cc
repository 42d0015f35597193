// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/sip/sip_parser.h"

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/sip/weird.h"

namespace picket::inspect::sip {
namespace {

constexpr std::string_view kMethods[] = {"INVITE",   "ACK",   "BYE",       "CANCEL", "OPTIONS",
                                         "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH",
                                         "INFO",     "REFER", "MESSAGE",   "UPDATE"};

// RFC 3261 7.3.3.
std::string full_name(std::string_view name) {
  const std::string lower = ascii_lowered(name);
  if (lower.size() != 1) return lower;
  switch (lower[0]) {
    case 'v': return "via";
    case 'f': return "from";
    case 't': return "to";
    case 'm': return "contact";
    case 'i': return "call-id";
    case 'c': return "content-type";
    case 'l': return "content-length";
    case 'e': return "content-encoding";
    case 's': return "subject";
    case 'k': return "supported";
    default: return lower;
  }
}

std::string_view take_line(std::string_view& rest) {
  std::string_view line = take_until(rest, '\n');
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// Where the head ends: behind its empty line; npos: it does not.
size_t head_size(std::string_view text) {
  const size_t strict = text.find("\r\n\r\n");
  const size_t lenient = text.find("\n\n");
  if (strict != std::string_view::npos && (lenient == std::string_view::npos || strict < lenient))
    return strict + 4;
  return lenient == std::string_view::npos ? lenient : lenient + 2;
}

size_t content_length(std::string_view head) {
  while (!head.empty()) {
    std::string_view line = take_line(head);
    const std::string_view name = trimmed(take_until(line, ':'));
    if (full_name(name) == "content-length")
      return static_cast<size_t>(decimal(trimmed(line)).value_or(0));
  }
  return 0;
}

std::optional<Bytes> at_first(const std::string& text, size_t at) {
  return at > 0 || text.empty() ? std::nullopt : std::optional(as_bytes(text));
}
std::optional<Bytes> at_index(const std::vector<std::string>& texts, size_t at) {
  return at >= texts.size() ? std::nullopt : std::optional(as_bytes(texts[at]));
}
template <typename Item>
std::optional<Bytes> each(const std::vector<Item>& items, const std::string Item::*text,
                          size_t at) {
  for (const Item& item : items)
    if (!(item.*text).empty() && at-- == 0) return as_bytes(item.*text);
  return std::nullopt;
}
std::optional<Bytes> each_list(const std::vector<Sdp::Media>& items,
                               const std::vector<std::string> Sdp::Media::*list, size_t at) {
  for (const Sdp::Media& item : items) {
    if (at < (item.*list).size()) return as_bytes((item.*list)[at]);
    at -= (item.*list).size();
  }
  return std::nullopt;
}

}  // namespace

bool is_start_line(std::string_view line) {
  if (line.starts_with("SIP/2.0 ")) return true;
  for (const std::string_view method : kMethods)
    if (line.starts_with(method) && line.substr(method.size(), 1) == " ")
      return line.find(" SIP/") != std::string_view::npos;
  return false;
}

SipTransaction::SipTransaction(uint64_t tx_id, Direction way)
    : Transaction(AppProtocol::kSip, tx_id), way_(way) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(opposite(way))] = true;
}

bool SipTransaction::read_start(std::string_view line) {
  start_line_ = line;
  response_ = line.starts_with("SIP/");
  std::string_view rest = line;
  if (response_) {
    version_ = take_until(rest, ' ');
    code_ = take_until(rest, ' ');
    reason_ = rest;
    return !code_.empty();
  }
  method_ = take_until(rest, ' ');
  uri_ = take_until(rest, ' ');
  version_ = rest;
  return version_.starts_with("SIP/");
}

bool SipTransaction::read(std::string_view head, std::string_view body) {
  if (!read_start(take_line(head))) return false;
  while (!head.empty()) {
    const std::string_view line = take_line(head);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (!headers_.empty()) headers_.back().value += " " + std::string(trimmed(line));
      continue;
    }
    std::string_view value = line;
    const std::string_view name = trimmed(take_until(value, ':'));
    if (headers_.size() == kHeadersMax) {
      counter_of(Weird::kTooManyHeaders).add();
      break;
    }
    headers_.push_back({full_name(name), std::string(trimmed(value))});
  }
  const auto type = header("content-type", 0);
  if (type && starts_ignoring_case(as_text(*type), "application/sdp") && !body.empty())
    sdp_ = read_sdp(body);
  return true;
}

std::optional<Bytes> SipTransaction::header(std::string_view name, size_t at) const {
  for (const Header& entry : headers_)
    if (entry.name == name && at-- == 0) return as_bytes(entry.value);
  return std::nullopt;
}

std::optional<Bytes> SipTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (direction != way_) return std::nullopt;
  switch (buffer_id) {
    case BufferId::k_sip_method: return at_first(method_, at);
    case BufferId::k_sip_uri: return at_first(uri_, at);
    case BufferId::k_sip_request_line: return response_ ? std::nullopt : at_first(start_line_, at);
    case BufferId::k_sip_stat_code: return at_first(code_, at);
    case BufferId::k_sip_stat_msg: return at_first(reason_, at);
    case BufferId::k_sip_response_line: return response_ ? at_first(start_line_, at) : std::nullopt;
    case BufferId::k_sip_protocol: return at_first(version_, at);
    case BufferId::k_sip_from: return header("from", at);
    case BufferId::k_sip_to: return header("to", at);
    case BufferId::k_sip_via: return header("via", at);
    case BufferId::k_sip_user_agent: return header("user-agent", at);
    case BufferId::k_sip_content_type: return header("content-type", at);
    case BufferId::k_sip_content_length: return header("content-length", at);
    default: return sdp_ ? description(buffer_id, at) : std::nullopt;
  }
}

std::optional<Bytes> SipTransaction::description(BufferId buffer_id, size_t at) const {
  switch (buffer_id) {
    case BufferId::k_sdp_origin: return at_first(sdp_->origin, at);
    case BufferId::k_sdp_session_name: return at_first(sdp_->session_name, at);
    case BufferId::k_sdp_session_info: return at_first(sdp_->session_info, at);
    case BufferId::k_sdp_uri: return at_first(sdp_->uri, at);
    case BufferId::k_sdp_email: return at_first(sdp_->email, at);
    case BufferId::k_sdp_phone_number: return at_first(sdp_->phone_number, at);
    case BufferId::k_sdp_connection_data: return at_first(sdp_->connection_data, at);
    case BufferId::k_sdp_bandwidth: return at_index(sdp_->bandwidths, at);
    case BufferId::k_sdp_time: return each(sdp_->times, &Sdp::Time::time, at);
    case BufferId::k_sdp_repeat_time: return each(sdp_->times, &Sdp::Time::repeat_time, at);
    case BufferId::k_sdp_timezone: return at_first(sdp_->timezone, at);
    case BufferId::k_sdp_encryption_key: return at_first(sdp_->encryption_key, at);
    case BufferId::k_sdp_attribute: return at_index(sdp_->attributes, at);
    case BufferId::k_sdp_media_media: return each(sdp_->media, &Sdp::Media::media, at);
    case BufferId::k_sdp_media_media_info: return each(sdp_->media, &Sdp::Media::media_info, at);
    case BufferId::k_sdp_media_connection_data:
      return each(sdp_->media, &Sdp::Media::connection_data, at);
    case BufferId::k_sdp_media_encryption_key:
      return each(sdp_->media, &Sdp::Media::encryption_key, at);
    case BufferId::k_sdp_media_bandwidth:
      return each_list(sdp_->media, &Sdp::Media::bandwidths, at);
    case BufferId::k_sdp_media_attribute:
      return each_list(sdp_->media, &Sdp::Media::attributes, at);
    default: return std::nullopt;
  }
}

void SipTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  eve_member_if(out, "method", method_);
  eve_member_if(out, "uri", uri_);
  eve_member_if(out, "version", version_);
  eve_member_if(out, response_ ? "response_line" : "request_line", start_line_);
  eve_member_if(out, "code", code_);
  eve_member_if(out, "reason", reason_);
  if (sdp_) {
    out.key("sdp");
    append_sdp(out, *sdp_);
  }
  out.end_object();
}

void SipParser::message(Direction direction, std::string_view head, std::string_view body,
                        FlowContext& flow) {
  auto& transaction = open_transaction<SipTransaction>(flow, direction);
  if (!transaction.read(head, body)) {
    counter_of(Weird::kBadStartLine).add();
    transaction.add_event("invalid_data", direction);
  }
}

ParseResult SipParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (!flow.tcp) {
    const std::string_view text = as_text(bytes);
    if (text.find_first_not_of("\r\n\0") == std::string_view::npos)
      return {bytes.size()};  // keep-alive
    const size_t head = head_size(text);
    message(direction, text.substr(0, head),
            head == std::string_view::npos ? "" : text.substr(head), flow);
    return {bytes.size()};
  }
  Bytes rest = bytes;
  size_t& skip = skip_[index(direction)];
  while (!rest.empty()) {
    const size_t done = bytes.size() - rest.size();
    const std::string_view text = as_text(rest);
    if (skip > 0 || text[0] == '\r' || text[0] == '\n') {
      const size_t taken = skip > 0 ? std::min(skip, rest.size()) : 1;
      skip -= std::min(skip, taken);
      rest = rest.subspan(taken);
      continue;
    }
    const size_t head = head_size(text);
    if (head == std::string_view::npos) {
      if (rest.size() <= kHeadMax) return {done};
      counter_of(Weird::kHeadTooLong).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    const size_t length = content_length(text.substr(0, head));
    if (length > kBodyMax) {
      skip = length;
    } else if (rest.size() < head + length) {
      return {done, ParseStatus::kOk, head + length};
    }
    const size_t body = length > kBodyMax ? 0 : length;
    message(direction, text.substr(0, head), text.substr(head, body), flow);
    rest = rest.subspan(head + body);
  }
  return {bytes.size()};
}

}  // namespace picket::inspect::sip
