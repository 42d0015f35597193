// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/dnp3_parser.h"

#include <algorithm>

#include "inspect/proto/dnp3/weird.h"

namespace picket::inspect::dnp3 {
namespace {

constexpr uint8_t kFinal = 0x80, kFirst = 0x40, kSequence = 0x3f;  // transport octet
constexpr size_t kRequestHeader = 2, kResponseHeader = 4;          // of the application layer

// The internal indications of an outstation, from the highest bit on.
constexpr std::string_view kIndications[] = {"device_restart",
                                             "device_trouble",
                                             "local_control",
                                             "need_time",
                                             "class_3_events",
                                             "class_2_events",
                                             "class_1_events",
                                             "all_stations",
                                             "reserved_1",
                                             "reserved_2",
                                             "config_corrupt",
                                             "already_executing",
                                             "event_buffer_overflow",
                                             "parameter_error",
                                             "object_unknown",
                                             "no_func_code_support"};

}  // namespace

Dnp3Transaction::Dnp3Transaction(uint64_t number, Direction way, const Link& link,
                                 std::string message)
    : OneWayTransaction(AppProtocol::kDnp3, number, way),
      link_(link),
      message_(std::move(message)),
      objects_(read_objects(objects(), function(), nullptr)) {}

uint8_t Dnp3Transaction::function() const { return static_cast<uint8_t>(message_[1]); }

Bytes Dnp3Transaction::objects() const {
  const Bytes all = as_bytes(message_);
  return all.subspan(std::min(all.size(), response() ? kResponseHeader : kRequestHeader));
}

std::optional<Bytes> Dnp3Transaction::buffer(BufferId which, Direction direction, size_t at) {
  if (which != BufferId::k_dnp3_data || direction != way() || at > 0) return std::nullopt;
  return as_bytes(message_);
}

std::optional<int64_t> Dnp3Transaction::field(FieldId which, Direction direction, size_t at) {
  if (direction != way()) return std::nullopt;
  if (which == FieldId::k_dnp3_obj && at < objects_.headers.size())
    return objects_.headers[at].group << 8 | objects_.headers[at].variation;
  if (at > 0) return std::nullopt;
  if (which == FieldId::k_dnp3_func) return function();
  if (which == FieldId::k_dnp3_ind && response() && message_.size() >= kResponseHeader)
    return ByteReader(as_bytes(message_).subspan(2)).u16();
  return std::nullopt;
}

void Dnp3Transaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("type", response() ? "response" : "request");
  out.key("control").begin_object().member("dir", link_.from_master());
  out.member("pri", (link_.control & 0x40) != 0).member("fcb", (link_.control & 0x20) != 0);
  out.member("fcv", (link_.control & 0x10) != 0);
  out.member("function_code", unsigned{link_.function()}).end_object();
  out.member("src", link_.source).member("dst", link_.destination);
  append_application(out);
  if (response() && message_.size() >= kResponseHeader) {
    const unsigned bits = ByteReader(as_bytes(message_).subspan(2)).u16();
    out.key("iin").begin_object().key("indicators").begin_array();
    for (size_t i = 0; i < std::size(kIndications); ++i)
      if ((bits & 0x8000u >> i) != 0) out.value(kIndications[i]);
    out.end_array().end_object();
  }
  out.end_object();
}

void Dnp3Transaction::append_application(JsonWriter& out) const {
  const auto control = static_cast<uint8_t>(message_[0]);
  out.key("application").begin_object().key("control").begin_object();
  out.member("fir", (control & 0x80) != 0).member("fin", (control & 0x40) != 0);
  out.member("con", (control & 0x20) != 0).member("uns", (control & 0x10) != 0);
  out.member("sequence", control & 0x0f).end_object();
  out.member("function_code", unsigned{function()}).key("objects").begin_array();
  read_objects(objects(), function(), &out);
  out.end_array().member("complete", objects_.fault == ObjectsFault::kNone).end_object();
}

void Dnp3Transaction::append_eve_of_alert(JsonWriter& out) const {
  out.begin_object().key(response() ? "response" : "request");
  append_eve(out);
  out.end_object();
}

ParseResult Dnp3Parser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  size_t done = 0;
  while (bytes.size() - done >= kLinkHeaderBytes) {
    const Bytes rest = bytes.subspan(done);
    const auto link = read_link(rest);
    if (!link) {
      counter_of(Weird::kBadLinkCrc).add();
      note("bad_link_crc", direction);
      return {bytes.size(), ParseStatus::kFailed};
    }
    if (link->length < 5) {
      note("len_too_small", direction);
      return {bytes.size(), ParseStatus::kFailed};
    }
    const size_t size = link->frame_bytes();
    if (rest.size() < size) return {done, ParseStatus::kOk, size};
    frame(direction, *link, rest.subspan(kLinkHeaderBytes, size - kLinkHeaderBytes), flow);
    done += size;
  }
  return {done, ParseStatus::kOk, kLinkHeaderBytes};
}

bool Dnp3Parser::frame(Direction direction, const Link& link, Bytes blocks, FlowContext& flow) {
  if (!link.has_user_data()) return true;
  const auto data = user_data(blocks);
  if (!data) {
    counter_of(Weird::kBadBlockCrc).add();
    note("bad_transport_crc", direction);
    return false;
  }
  fragment(direction, link, *data, flow);
  return true;
}

void Dnp3Parser::fragment(Direction direction, const Link& link, std::string_view data,
                          FlowContext& flow) {
  if (data.empty()) return;
  const auto transport = static_cast<uint8_t>(data[0]);
  Half& half = halves_[index(direction)];
  if ((transport & kFirst) != 0) {
    half = {};
    half.open = true;
  } else if (!half.open || (transport & kSequence) != ((half.sequence + 1) & kSequence)) {
    counter_of(Weird::kOutOfSequence).add();
    half = {};
    return;
  }
  half.sequence = transport & kSequence;
  half.message += data.substr(1);
  if (half.message.size() > kMessageMax) {
    counter_of(Weird::kTooLong).add();
    half = {};
    return;
  }
  if ((transport & kFinal) == 0) return;
  message(direction, link, std::move(half.message), flow);
  half = {};
}

void Dnp3Parser::message(Direction direction, const Link& link, std::string message,
                         FlowContext& flow) {
  const size_t least = direction == Direction::kToClient ? kResponseHeader : kRequestHeader;
  if (message.size() < least) return note("len_too_small", direction);
  auto& transaction = open_transaction<Dnp3Transaction>(flow, direction, link, std::move(message));
  switch (transaction.fault()) {
    case ObjectsFault::kNone: break;
    case ObjectsFault::kUnknownObject:
      counter_of(Weird::kUnknownObject).add();
      transaction.add_event("unknown_object", direction);
      break;
    case ObjectsFault::kTooManyPoints:
      counter_of(Weird::kTooManyPoints).add();
      transaction.add_event("too_many_points", direction);
      break;
    case ObjectsFault::kTooManyObjects:
      counter_of(Weird::kTooManyObjects).add();
      transaction.add_event("too_many_objects", direction);
      break;
  }
}

// On the newest message of that direction, if it is still looked at.
void Dnp3Parser::note(std::string_view event, Direction direction) {
  for (auto at = transactions_.rbegin(); at != transactions_.rend(); ++at) {
    if (static_cast<Dnp3Transaction&>(**at).way() != direction) continue;
    (*at)->add_event(event, direction);
    return;
  }
}

ParseStatus Dnp3Parser::on_gap(Direction direction, uint64_t, FlowContext&) {
  halves_[index(direction)] = {};
  return ParseStatus::kFailed;
}

}  // namespace picket::inspect::dnp3
