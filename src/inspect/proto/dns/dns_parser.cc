// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/dns_parser.h"

#include "inspect/proto/dns/name.h"
#include "inspect/proto/dns/weird.h"

namespace picket::inspect::dns {
namespace {

using enum ProtocolDescriptor::Verdict;
using Verdict = ProtocolDescriptor::Verdict;

constexpr unsigned kOpcodeMax = 6;  // DSO (RFC 8490)
// What a header announces needs at least so many bytes: a question 5, a record 11.
bool counts_fit(const Header& header, size_t bytes) {
  const size_t records = size_t{header.answers} + header.authorities + header.additionals;
  return header.questions + records > 0 &&
         kHeaderBytes + 5 * header.questions + 11 * records <= bytes;
}

bool is_known_type(uint16_t type) { return !type_text(type).starts_with("TYPE"); }

Verdict oriented(Direction direction, const Header& header) {
  return header.response == (direction == Direction::kToClient) ? kYes : kReversed;
}

}  // namespace

Verdict probe_message(Direction direction, Bytes message, bool strict) {
  if (message.size() < kHeaderBytes) return kNo;
  ByteReader reader(message);
  const Header header = read_header(reader);
  if (header.opcode > kOpcodeMax) return kNo;
  if (!strict) {
    // Room is left for messages that lie about their counts: those are what rules look for.
    if (header.questions == 0 && header.answers == 0 && header.authorities == 0) return kNo;
    if (header.questions > 32 || header.answers > message.size()) return kNo;
    return oriented(direction, header);
  }
  if (header.questions != 1 || header.opcode != 0 || header.reserved_bit()) return kNo;
  if (!header.response && (header.answers > 0 || header.authorities > 0 || header.rcode > 0))
    return kNo;
  if (!counts_fit(header, message.size())) return kNo;
  Message read;
  if (read.parse(message) != Status::kComplete || !read.weirds().empty()) return kNo;
  const Question& question = read.questions()[0];
  if (!is_known_type(question.type) || question.klass != kClassInternet) return kNo;
  return oriented(direction, header);
}

Verdict probe_tcp(Direction direction, Bytes stream, bool strict) {
  if (stream.size() < 2 + kHeaderBytes) return kMore;
  const size_t length = static_cast<size_t>(stream[0]) << 8 | stream[1];
  if (length < kHeaderBytes) return kNo;
  if (strict && stream.size() - 2 < length) {
    ByteReader reader(stream.subspan(2));
    const Header header = read_header(reader);
    const bool plausible =
        header.opcode == 0 && header.questions == 1 && counts_fit(header, length);
    return plausible && length <= 4096 ? kMore : kNo;
  }
  return probe_message(direction, stream.subspan(2, std::min(length, stream.size() - 2)), strict);
}

bool DnsParser::read_message(Direction direction, Bytes message, FlowContext& flow) {
  ShownMessage shown;
  if (!shown.read(message)) {
    counter_of(Weird::kCutShort).add();
    return false;
  }
  if (shown.faults().malformed) counter_of(Weird::kCutShort).add();
  const bool response = shown.header().response;
  auto transaction = make_(next_id_++, direction, std::move(shown));
  transaction->started = flow.now;
  if (response && direction == Direction::kToServer)
    transaction->add_event("not_a_request", direction);
  if (!response && direction == Direction::kToClient)
    transaction->add_event("not_a_response", direction);
  transactions_.push_back(std::move(transaction));
  return true;
}

ParseResult DnsParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (!flow.tcp) {
    read_message(direction, bytes, flow);
    return {bytes.size()};
  }
  if (gap_[index(direction)]) {
    if (bytes.size() < 2 + kHeaderBytes) return {0};
    if (!in_step(direction, bytes)) return {bytes.size()};
    gap_[index(direction)] = false;
  }
  TcpMessages messages(bytes);
  for (Bytes message; messages.next(message);) {
    if (message.empty()) {
      counter_of(Weird::kTcpEmptyMessage).add();
      continue;
    }
    if (!read_message(direction, message, flow)) return {bytes.size(), ParseStatus::kFailed};
  }
  const size_t rest = messages.rest().size();
  return {bytes.size() - rest, ParseStatus::kOk, rest < 2 ? 2 : messages.rest_length() + 2};
}

// After a gap the next bytes are only taken for the start of a message when they look like one.
bool DnsParser::in_step(Direction direction, Bytes bytes) {
  if (probe_tcp(direction, bytes, false) == kYes) return true;
  counter_of(Weird::kTcpOutOfStep).add();
  return false;
}

ParseStatus DnsParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  gap_[index(direction)] = true;
  return ParseStatus::kOk;
}

}  // namespace picket::inspect::dns
