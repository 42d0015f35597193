// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/krb5/krb5_parser.h"

#include "inspect/app/eve_text.h"
#include "inspect/proto/krb5/weird.h"

namespace picket::inspect::krb5 {
namespace {

constexpr uint8_t kSequence = 0x30, kInteger = 2, kApplication = 0x60;
constexpr uint8_t context(unsigned number) { return static_cast<uint8_t>(0xa0 | number); }

// [n] of a sequence holds one element; this is its content.
std::optional<BerElement> inside(const std::optional<BerElement>& tagged) {
  return tagged ? BerReader(tagged->content).next() : std::nullopt;
}
std::optional<int64_t> integer(const std::optional<BerElement>& tagged) {
  const auto element = inside(tagged);
  return element ? ber_integer(element->content) : std::nullopt;
}
std::string text(const std::optional<BerElement>& tagged) {
  const auto element = inside(tagged);
  return element ? std::string(as_text(element->content)) : std::string();
}

// PrincipalName ::= SEQUENCE { name-type [0], name-string [1] SEQUENCE OF }
std::vector<std::string> name(const std::optional<BerElement>& tagged) {
  std::vector<std::string> out;
  const auto principal = inside(tagged);
  if (!principal) return out;
  BerReader fields(principal->content);
  fields.next(context(0));
  const auto strings = inside(fields.next(context(1)));
  if (!strings) return out;
  BerReader list(strings->content);
  while (const auto part = list.next()) {
    if (out.size() == kNamePartsMax) break;
    out.emplace_back(as_text(part->content));
  }
  return out;
}

// EncryptedData ::= SEQUENCE { etype [0], ... }
std::optional<int64_t> encryption_of(const std::optional<BerElement>& tagged) {
  const auto data = inside(tagged);
  return data ? integer(BerReader(data->content).next(context(0))) : std::nullopt;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out.push_back('/');
    out += part;
  }
  return out.empty() ? "<empty>" : out;
}

}  // namespace

Krb5Transaction::Krb5Transaction(uint64_t tx_id, Direction way)
    : Transaction(AppProtocol::kKrb5, tx_id), way_(way) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(opposite(way))] = true;
}

bool Krb5Transaction::read(Bytes bytes) {
  BerReader outer(bytes);
  const auto whole = outer.next();
  if (!whole || (whole->tag & 0xe0) != kApplication) return false;
  type = whole->tag & 0x1f;
  const auto body = BerReader(whole->content).next(kSequence);
  if (!body) return false;
  BerReader fields(body->content);
  switch (type) {
    case kAsRequest:
    case kTgsRequest: read_request(fields); break;
    case kAsReply:
    case kTgsReply: read_reply(fields); break;
    case kError: read_error(fields); break;
    case kApRequest:
    case kApReply: break;
    default: return false;
  }
  return !fields.failed();
}

void Krb5Transaction::read_request(BerReader& fields) {
  fields.next(context(1));
  fields.next(context(2));
  fields.next(context(3));
  const auto body = inside(fields.next(context(4)));
  if (!body) return;
  BerReader reader(body->content);
  reader.next(context(0));
  client_ = name(reader.next(context(1)));
  realm_ = text(reader.next(context(2)));
  server_ = name(reader.next(context(3)));
}

void Krb5Transaction::read_reply(BerReader& fields) {
  fields.next(context(0));
  fields.next(context(1));
  fields.next(context(2));
  realm_ = text(fields.next(context(3)));
  client_ = name(fields.next(context(4)));
  if (const auto ticket = inside(fields.next(context(5)))) {
    if (const auto body = BerReader(ticket->content).next(kSequence)) {
      BerReader reader(body->content);
      reader.next(context(0));
      reader.next(context(1));
      server_ = name(reader.next(context(2)));
      ticket_encryption_ = encryption_of(reader.next(context(3)));
    }
  }
  encryption_ = encryption_of(fields.next(context(6)));
}

void Krb5Transaction::read_error(BerReader& fields) {
  for (unsigned field = 0; field < 6; ++field) fields.next(context(field));
  error_ = integer(fields.next(context(6)));
  realm_ = text(fields.next(context(7)));
  client_ = name(fields.next(context(8)));
  fields.next(context(9));
  server_ = name(fields.next(context(10)));
}

std::optional<Bytes> Krb5Transaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (direction != way_) return std::nullopt;
  const auto part = [&](const std::vector<std::string>& parts) {
    return at < parts.size() ? std::optional(as_bytes(parts[at])) : std::nullopt;
  };
  if (buffer_id == BufferId::k_krb5_cname || buffer_id == BufferId::k_krb5_cname_new)
    return part(client_);
  if (buffer_id == BufferId::k_krb5_sname || buffer_id == BufferId::k_krb5_sname_new)
    return part(server_);
  return std::nullopt;
}

std::optional<int64_t> Krb5Transaction::field(FieldId field_id, Direction direction, size_t at) {
  if (direction != way_ || at > 0) return std::nullopt;
  if (field_id == FieldId::k_krb5_msg_type) return type;
  if (field_id == FieldId::k_krb5_err_code) return error_;
  if (field_id == FieldId::k_krb5_weak_encryption && encryption_)
    return is_weak(*encryption_) ? 1 : 0;
  if (field_id == FieldId::k_krb5_ticket_encryption) return ticket_encryption_;
  return std::nullopt;
}

void Krb5Transaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  out.member("msg_type", type_text(type));
  if (type == kError) {
    out.member("failed_request", failed_request == 0 ? "UNKNOWN" : type_text(failed_request));
    if (error_) out.member("error_code", error_text(*error_));
  }
  out.member("cname", eve_text(joined(client_)));
  out.member("realm", realm_.empty() ? "<empty>" : eve_text(realm_));
  out.member("sname", eve_text(joined(server_)));
  out.member("encryption", encryption_ ? encryption_text(*encryption_) : "<none>");
  out.member("weak_encryption", encryption_ && is_weak(*encryption_));
  if (ticket_encryption_) {
    out.member("ticket_encryption", encryption_text(*ticket_encryption_));
    out.member("ticket_weak_encryption", is_weak(*ticket_encryption_));
  }
  out.end_object();
}

void Krb5Parser::message(Direction direction, Bytes bytes, FlowContext& flow) {
  auto& transaction = open_transaction<Krb5Transaction>(flow, direction);
  if (!transaction.read(bytes)) {
    counter_of(Weird::kMalformed).add();
    transaction.add_event("malformed_data", direction);
  }
  if (transaction.type == kError) transaction.failed_request = last_request_;
  if (direction == Direction::kToServer) last_request_ = transaction.type;
}

ParseResult Krb5Parser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (!flow.tcp) {
    message(direction, bytes, flow);
    return {bytes.size()};
  }
  Bytes rest = bytes;
  while (rest.size() >= 4) {
    const size_t length = ByteReader(rest).u32();
    if (length > kMessageMax) {
      counter_of(Weird::kMessageTooLong).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    if (rest.size() < 4 + length) return {bytes.size() - rest.size(), ParseStatus::kOk, 4 + length};
    message(direction, rest.subspan(4, length), flow);
    rest = rest.subspan(4 + length);
  }
  return {bytes.size() - rest.size()};
}

}  // namespace picket::inspect::krb5
