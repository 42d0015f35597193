// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rfb/rfb_parser.h"

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/rfb/weird.h"

namespace picket::inspect::rfb {
namespace {

constexpr size_t kVersionBytes = 12, kChallengeBytes = 16;
constexpr uint32_t kRefused = 0, kNoSecurity = 1, kVncSecurity = 2;
constexpr uint32_t kResultOk = 0, kResultUnknown = 3;

std::string result_text(uint32_t result) {
  constexpr std::string_view kTexts[] = {"OK", "FAIL", "TOOMANY"};
  if (result < std::size(kTexts)) return std::string(kTexts[result]);
  return "UNKNOWN (" + std::to_string(result) + ")";
}

void append_version(JsonWriter& out, std::string_view name,
                    const std::optional<RfbTransaction::Version>& version) {
  if (!version) return;
  out.key(name).begin_object().member("major", version->major).member("minor", version->minor);
  out.end_object();
}

void append_framebuffer(JsonWriter& out, const RfbTransaction::Framebuffer& frame) {
  out.key("framebuffer").begin_object();
  out.member("width", frame.width).member("height", frame.height);
  out.member("name", eve_text(frame.name)).key("pixel_format").begin_object();
  out.member("bits_per_pixel", unsigned{frame.bits_per_pixel});
  out.member("depth", unsigned{frame.depth}).member("big_endian", frame.big_endian);
  out.member("true_color", frame.true_color);
  constexpr std::string_view kMax[] = {"red_max", "green_max", "blue_max"};
  constexpr std::string_view kShift[] = {"red_shift", "green_shift", "blue_shift"};
  for (size_t i = 0; i < 3; ++i) out.member(kMax[i], frame.max[i]);
  for (size_t i = 0; i < 3; ++i) out.member(kShift[i], unsigned{frame.shift[i]});
  out.end_object().end_object();
}

}  // namespace

std::optional<Bytes> RfbTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (which != BufferId::k_rfb_name || direction != Direction::kToClient || at > 0 || !framebuffer)
    return std::nullopt;
  return as_bytes(framebuffer->name);
}

std::optional<int64_t> RfbTransaction::field(FieldId which, Direction, size_t at) {
  if (at > 0) return std::nullopt;
  if (which == FieldId::k_rfb_sectype && security_type) return *security_type;
  if (which == FieldId::k_rfb_secresult && security_result)
    return std::min(*security_result, kResultUnknown);
  return std::nullopt;
}

void RfbTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  append_version(out, "server_protocol_version", server_version);
  append_version(out, "client_protocol_version", client_version);
  if (security_type) {
    out.key("authentication").begin_object().member("security_type", *security_type);
    if (*security_type == kVncSecurity) {
      out.key("vnc").begin_object();
      if (!challenge.empty()) out.member("challenge", eve_hex(as_bytes(challenge)));
      if (!response.empty()) out.member("response", eve_hex(as_bytes(response)));
      out.end_object();
    }
    if (security_result) out.member("security_result", result_text(*security_result));
    out.end_object();
  }
  eve_member_if(out, "server_security_failure_reason", failure);
  if (shared) out.member("screen_shared", *shared);
  if (framebuffer) append_framebuffer(out, *framebuffer);
  out.end_object();
}

Direction RfbParser::speaker(Step step) {
  switch (step) {
    case Step::kClientVersion:
    case Step::kChoice:
    case Step::kResponse:
    case Step::kClientInit: return Direction::kToServer;
    default: return Direction::kToClient;
  }
}

ParseResult RfbParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (next_id_ == 0) open_transaction<RfbTransaction>(flow);
  auto* transaction = oldest_open<RfbTransaction>();
  size_t done = 0;
  while (transaction != nullptr && step_ != Step::kOver && speaker(step_) == direction) {
    ByteReader reader(bytes.subspan(done));
    if (!take(step_, reader, *transaction)) break;
    done += reader.offset();
    if (step_ == Step::kOver) end(*transaction);
  }
  if (transaction == nullptr || step_ == Step::kOver) return {bytes.size(), ParseStatus::kFinished};
  return {done};
}

void RfbParser::end(RfbTransaction& transaction) {
  step_ = Step::kOver;
  transaction.complete();
}

bool RfbParser::take(Step step, ByteReader& reader, RfbTransaction& transaction) {
  switch (step) {
    case Step::kServerVersion:
      if (!take_version(reader, transaction.server_version)) return false;
      transaction.set_progress(Direction::kToClient, 1);
      if (step_ != Step::kOver) step_ = Step::kClientVersion;
      return true;
    case Step::kClientVersion:
      if (!take_version(reader, transaction.client_version)) return false;
      if (step_ != Step::kOver) step_ = Step::kSecurity;
      return true;
    case Step::kSecurity: return take_security(reader, transaction);
    case Step::kChoice:
      transaction.security_type = reader.u8();
      if (reader.failed()) return false;
      after_choice(*transaction.security_type);
      return true;
    case Step::kChallenge:
      transaction.challenge = as_text(reader.take(kChallengeBytes));
      if (!reader.failed()) step_ = Step::kResponse;
      return !reader.failed();
    case Step::kResponse:
      transaction.response = as_text(reader.take(kChallengeBytes));
      if (!reader.failed()) step_ = Step::kResult;
      return !reader.failed();
    case Step::kResult: return take_result(reader, transaction);
    case Step::kReason:
      if (!take_text(reader, transaction.failure)) return false;
      step_ = Step::kOver;
      return true;
    case Step::kClientInit:
      transaction.shared = reader.u8() != 0;
      if (!reader.failed()) step_ = Step::kServerInit;
      return !reader.failed();
    case Step::kServerInit: return take_framebuffer(reader, transaction);
    case Step::kOver: break;
  }
  return false;
}

// "RFB 003.008" and a line feed.
bool RfbParser::take_version(ByteReader& reader, std::optional<RfbTransaction::Version>& version) {
  const std::string_view text = as_text(reader.take(kVersionBytes));
  if (reader.failed()) return false;
  const auto minor = decimal(text.substr(8, 3));
  if (!text.starts_with("RFB ") || text[7] != '.' || !decimal(text.substr(4, 3)) || !minor) {
    counter_of(Weird::kBadVersion).add();
    step_ = Step::kOver;
    return true;
  }
  version.emplace(std::string(text.substr(4, 3)), std::string(text.substr(8, 3)));
  minor_ = *minor >= 8 ? 8 : *minor == 7 ? 7 : 3;
  return true;
}

// Before 3.7 the server decides; from then on it lists what the client may choose from.
bool RfbParser::take_security(ByteReader& reader, RfbTransaction& transaction) {
  if (minor_ == 3) {
    const uint32_t type = reader.u32();
    if (reader.failed()) return false;
    transaction.security_type = type;
    after_choice(type);
    return true;
  }
  const uint8_t count = reader.u8();
  reader.skip(count);
  if (reader.failed()) return false;
  step_ = count == 0 ? Step::kReason : Step::kChoice;
  return true;
}

void RfbParser::after_choice(uint32_t type) {
  if (type == kRefused)
    step_ = Step::kReason;
  else if (type == kVncSecurity)
    step_ = Step::kChallenge;
  else if (type == kNoSecurity)
    step_ = minor_ >= 8 ? Step::kResult : Step::kClientInit;
  else
    step_ = Step::kOver;
  if (type > kVncSecurity) counter_of(Weird::kUnknownSecurity).add();
}

bool RfbParser::take_result(ByteReader& reader, RfbTransaction& transaction) {
  const uint32_t result = reader.u32();
  if (reader.failed()) return false;
  transaction.security_result = result;
  step_ = result == kResultOk ? Step::kClientInit : minor_ >= 8 ? Step::kReason : Step::kOver;
  return true;
}

bool RfbParser::take_text(ByteReader& reader, std::string& text) {
  const uint32_t length = reader.u32();
  if (!reader.failed() && length > kTextMax) {
    counter_of(Weird::kTooLong).add();
    step_ = Step::kOver;
    return true;
  }
  text = as_text(reader.take(length));
  return !reader.failed();
}

bool RfbParser::take_framebuffer(ByteReader& reader, RfbTransaction& transaction) {
  RfbTransaction::Framebuffer frame;
  frame.width = reader.u16();
  frame.height = reader.u16();
  frame.bits_per_pixel = reader.u8();
  frame.depth = reader.u8();
  frame.big_endian = reader.u8() != 0;
  frame.true_color = reader.u8() != 0;
  for (uint16_t& most : frame.max) most = reader.u16();
  for (uint8_t& shift : frame.shift) shift = reader.u8();
  reader.skip(3);
  if (!take_text(reader, frame.name)) return false;
  transaction.framebuffer = std::move(frame);
  step_ = Step::kOver;
  return true;
}

}  // namespace picket::inspect::rfb
