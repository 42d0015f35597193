// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/parser.h"

#include <algorithm>

#include "base/counter.h"
#include "inspect/file/file_keeper.h"
#include "inspect/proto/http/request_line.h"
#include "inspect/proto/http/uri.h"

namespace picket::inspect::http {
namespace {

Counter lines_too_long{"inspect.http.line_too_long",
                       "HTTP lines longer than are read; the flow was given up"};
Counter gaps_unread{"inspect.http.gap_between",
                    "gaps in HTTP outside a body; parsing went on behind them"};
Counter transactions_ended{"inspect.http.transactions_full",
                           "HTTP transactions ended as too many were open"};

}  // namespace

// Too many requests wait for their answers: the oldest that nothing is being read for is ended.
void HttpParser::end_oldest() {
  transactions_ended.add();
  for (const auto& transaction : transactions_) {
    if (transaction->done() || transaction.get() == sides_[0].transaction ||
        transaction.get() == sides_[1].transaction)
      continue;
    for (const Direction direction : {Direction::kToServer, Direction::kToClient})
      transaction->set_progress(direction, Transaction::kDone);
    return;
  }
}

HttpTransaction& HttpParser::new_transaction(Work& work) {
  if (transactions_.size() >= kOpenMax) end_oldest();
  // The pipeline cuts the list at kTransactionsMax whatever is being read: never get there.
  if (transactions_.size() + 2 >= kTransactionsMax) work.failed = true;
  return open_transaction<HttpTransaction>(work.flow, settings_);
}

// The oldest transaction whose answer has not come.
HttpTransaction* HttpParser::answered_next() {
  for (const auto& transaction : transactions_)
    if (transaction->progress(Direction::kToClient) != Transaction::kDone)
      return static_cast<HttpTransaction*>(transaction.get());
  return nullptr;
}

bool HttpParser::is_message_start(Direction direction, std::string_view rest) const {
  const auto blank = [](char c) { return static_cast<uint8_t>(c) <= ' '; };
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  if (rest.empty()) return true;
  if (direction == Direction::kToClient) {
    const std::string_view word = "http";
    return equal_nocase(rest.substr(0, 4), word.substr(0, std::min<size_t>(4, rest.size())));
  }
  const size_t end = rest.find_first_of(" \t\r\n");
  return is_known_method(rest.substr(0, end)) ||
         (end == std::string_view::npos && rest.size() < 20 &&
          rest.find(':') == std::string_view::npos);
}

void HttpParser::body_bytes(Direction direction, Bytes bytes) {
  HttpTransaction* transaction = side(direction).transaction;
  if (transaction == nullptr || bytes.empty()) return;
  transaction->set_progress(direction, 3);
  std::vector<FileBody*> opened;
  transaction->add_body(direction, bytes, opened);
  for (FileBody* file : opened) {
    file->sequence = next_file_++;
    follow(*file, settings_);
  }
}

void HttpParser::message_end(Direction direction, Work& work, bool whole) {
  Side& of = side(direction);
  HttpTransaction* transaction = of.transaction;
  if (transaction != nullptr) {
    // What follows at once and is no message belongs to this one's body, as readers take it.
    if (whole && !work.rest().empty() && !is_message_start(direction, work.rest())) {
      transaction->add_event(direction == Direction::kToServer ? "request_body_unexpected"
                                                               : "response_body_unexpected",
                             direction);
      body_bytes(direction, as_bytes(work.rest()));
      work.used = work.bytes.size();
    }
    if (of.step == Step::kHeaders && !transaction->message(direction).ended()) {
      transaction->message(direction).end_headers(
          {});  // cut off: what came of them is all there is
      transaction->set_progress(direction, 2);
    }
    transaction->end_body(direction, whole);
    if (direction == Direction::kToClient && work.flow.ranges != nullptr &&
        transaction->status_code == 206)
      if (FileBody* file = transaction->body(direction).join_range(
              *work.flow.ranges, transaction->host, settings_, work.flow.now))
        file->sequence = next_file_++;
    transaction->set_progress(direction, Transaction::kDone);
  }
  of.transaction = nullptr;
  of.step = Step::kLine;
  of.chunks = ChunkReader();
}

bool HttpParser::too_long(Direction direction, Work& work, std::string_view line) {
  if (line.size() <= settings_.http_field_max) return false;
  lines_too_long.add();
  const bool ask = direction == Direction::kToServer;
  HttpTransaction* transaction = side(direction).transaction;
  if (transaction == nullptr) transaction = &new_transaction(work);
  transaction->add_event(ask ? "request_field_too_long" : "response_field_too_long", direction);
  work.failed = true;
  return true;
}

bool HttpParser::header_line(Direction direction, Work& work) {
  Side& of = side(direction);
  const bool ask = direction == Direction::kToServer;
  const std::string_view rest = work.rest();
  const Line line = next_line(rest, ask ? LineEnds::kRequest : LineEnds::kResponse, work.last);
  if (!line.found) {
    too_long(direction, work, rest);
    return false;
  }
  const std::string_view text = rest.substr(0, line.content);
  const std::string_view raw = rest.substr(0, line.total);
  if (too_long(direction, work, text)) return false;
  work.used += line.total;
  Message& head = of.transaction->message(direction);
  // One blank and a bare LF end the headers as well, unless an empty line follows.
  const bool blank_end = text.size() == 1 && (text[0] == ' ' || text[0] == '\t') && !line.crlf &&
                         !work.rest().empty() && work.rest().front() != '\n';
  if (!text.empty() && !blank_end) {
    if (of.step == Step::kHeaders) take_header(direction, text, raw, line.crlf && !line.odd_end);
    return true;
  }
  if (of.step == Step::kTrailers) {
    message_end(direction, work, true);
    return true;
  }
  head.end_headers(raw);
  of.transaction->set_progress(direction, 2);
  if (ask)
    request_headers_end(work);
  else
    response_headers_end(work);
  return true;
}

void HttpParser::take_header(Direction direction, std::string_view line, std::string_view raw,
                             bool plain) {
  HttpTransaction& transaction = *side(direction).transaction;
  Message& head = transaction.message(direction);
  const bool ask = direction == Direction::kToServer;
  const bool folded = line.front() == ' ' || line.front() == '\t' || line.front() == '\0';
  const size_t colon = line.find(':');
  if (folded && head.header_count() > 0) {
    const std::string_view text = trimmed(line);
    const size_t token = text.find_first_of(": \t\"(),/;<=>?@[\\]{}");
    const bool own_header =
        !ask && token != std::string_view::npos && token > 0 && text[token] == ':';
    if (!own_header) {
      if (text.starts_with(':') &&
          head.name_last(
              trimmed(text.substr(1)).empty() ? text.substr(1, 0) : trimmed(text.substr(1)), raw))
        return;
      head.fold(line.front() == '\0' ? ' ' : line.front(), text, raw);
      return;
    }
    transaction.add_event("invalid_response_field_folding", direction);
  } else if (folded) {
    transaction.add_event(ask ? "invalid_request_field_folding" : "invalid_response_field_folding",
                          direction);
  }
  std::string_view name, value = line;
  if (colon == std::string_view::npos) {
    transaction.add_event(ask ? "request_field_missing_colon" : "response_field_missing_colon",
                          direction);
    value = trimmed(line);
    name = value.substr(0, 0);
    plain = false;
  } else {
    name = trimmed(line.substr(0, colon));
    value = trimmed(line.substr(colon + 1));
    const bool canonical = name.size() == colon && line.substr(colon).starts_with(": ") &&
                           value.size() + colon + 2 == line.size();
    plain = plain && canonical;
    if (name.size() < colon ||
        name.find_first_of(" \t\"(),/;<=>?@[\\]{}") != std::string_view::npos)
      transaction.add_event(ask ? "request_header_invalid" : "response_header_invalid", direction);
    if (value.empty()) value = line.substr(colon + 1, 0);
  }
  const Message::Added added = head.add_header(name, value, raw, plain);
  if (added == Message::Added::kRepeated) {
    transaction.add_event(ask ? "request_header_repetition" : "response_header_repetition",
                          direction);
    const Known known = known_header(name.empty() ? "-" : name);
    if (known == Known::kContentLength &&
        parse_content_length(value) != parse_content_length(*head.find(known)))
      transaction.add_event(ask ? "duplicate_content_length_field_in_request"
                                : "duplicate_content_length_field_in_response",
                            direction);
  }
}

bool HttpParser::body_step(Direction direction, Work& work) {
  Side& of = side(direction);
  const std::string_view rest = work.rest();
  if (of.step == Step::kToClose) {
    body_bytes(direction, as_bytes(rest));
    work.used = work.bytes.size();
    return false;
  }
  if (of.step == Step::kLength) {
    const size_t take = static_cast<size_t>(std::min<uint64_t>(of.left, rest.size()));
    body_bytes(direction, as_bytes(rest.substr(0, take)));
    work.used += take;
    of.left -= take;
    if (of.left == 0) message_end(direction, work, true);
    return of.left == 0;
  }
  work.used += of.chunks.feed(
      rest, [&](std::string_view content) { body_bytes(direction, as_bytes(content)); });
  if (of.chunks.state() == ChunkReader::State::kOver) {
    of.step = Step::kTrailers;
    return true;
  }
  if (of.chunks.state() == ChunkReader::State::kBroken) {
    of.transaction->add_event(direction == Direction::kToServer ? "invalid_request_chunk_len"
                                                                : "invalid_response_chunk_len",
                              direction);
    of.step = Step::kToClose;
    return true;
  }
  return false;
}

bool HttpParser::step(Direction direction, Work& work) {
  switch (side(direction).step) {
    case Step::kLine: return first_line(direction, work);
    case Step::kHeaders:
    case Step::kTrailers: return header_line(direction, work);
    case Step::kLength:
    case Step::kChunks:
    case Step::kToClose: return body_step(direction, work);
    case Step::kWaiting: return false;
    case Step::kPassedOn: work.used = work.bytes.size(); return false;
  }
  return false;
}

ParseResult HttpParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  Work work{as_text(bytes), 0, last, flow, false};
  while (work.used < work.bytes.size() && !work.failed && !flow.change_to)
    if (!step(direction, work)) break;
  ParseResult result;
  result.consumed = work.used;
  if (work.failed) result.status = ParseStatus::kFailed;
  if (last && !flow.change_to && side(direction).step != Step::kWaiting) {
    Side& of = side(direction);
    const bool whole = of.step == Step::kToClose || of.step == Step::kTrailers;
    if (of.transaction != nullptr) message_end(direction, work, whole);
  }
  return result;
}

ParseStatus HttpParser::on_gap(Direction direction, uint64_t lost, FlowContext&) {
  Side& of = side(direction);
  if (of.step == Step::kLength) {
    const uint64_t inside = std::min(lost, of.left);
    of.transaction->body_gap(direction, inside);
    of.left -= inside;
    if (of.left == 0) {
      of.transaction->end_body(direction, true);
      of.transaction->set_progress(direction, Transaction::kDone);
      of.transaction = nullptr;
      of.step = Step::kLine;
      of.resync = inside < lost;
    }
    return ParseStatus::kOk;
  }
  if (of.step == Step::kToClose || (of.step == Step::kChunks && of.chunks.skip(lost))) {
    of.transaction->body_gap(direction, lost);
    return ParseStatus::kOk;
  }
  if (of.step == Step::kPassedOn || of.step == Step::kWaiting) return ParseStatus::kOk;
  gaps_unread.add();
  if (of.transaction != nullptr) {
    if (of.step == Step::kChunks) of.transaction->body_gap(direction, lost);
    of.transaction->end_body(direction, false);
    of.transaction->set_progress(direction, Transaction::kDone);
  }
  of = Side();
  of.resync = true;
  return ParseStatus::kOk;
}

void HttpParser::on_end(FlowContext& flow) {
  for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
    Work work{{}, 0, true, flow, false};
    Side& of = side(direction);
    if (of.transaction != nullptr) message_end(direction, work, of.step == Step::kToClose);
  }
  for (const auto& transaction : transactions_)
    for (const Direction direction : {Direction::kToServer, Direction::kToClient})
      transaction->set_progress(direction, Transaction::kDone);
}

}  // namespace picket::inspect::http
