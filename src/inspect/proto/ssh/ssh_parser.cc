// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ssh/ssh_parser.h"

#include "base/ascii.h"
#include "inspect/app/digest.h"
#include "inspect/app/eve_text.h"
#include "inspect/app/line.h"
#include "inspect/proto/ssh/weird.h"

namespace picket::inspect::ssh {
namespace {

constexpr uint8_t kKexInit = 20, kNewKeys = 21;
constexpr size_t kCookieBytes = 16;

}  // namespace

std::optional<Bytes> SshTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (at > 0) return std::nullopt;
  const Side& side = sides[inspect::index(direction)];
  const bool client = direction == Direction::kToServer;
  switch (buffer_id) {
    case BufferId::k_ssh_proto: return unless_empty(side.proto);
    case BufferId::k_ssh_software: return unless_empty(side.software);
    case BufferId::k_ssh_hassh: return client ? unless_empty(side.hassh) : std::nullopt;
    case BufferId::k_ssh_hassh_string:
      return client ? unless_empty(side.hassh_string) : std::nullopt;
    case BufferId::k_ssh_hassh_server: return client ? std::nullopt : unless_empty(side.hassh);
    case BufferId::k_ssh_hassh_server_string:
      return client ? std::nullopt : unless_empty(side.hassh_string);
    default: return std::nullopt;
  }
}

void SshTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
    const Side& side = sides[inspect::index(direction)];
    if (side.proto.empty() && side.hassh.empty()) continue;
    out.key(direction == Direction::kToServer ? "client" : "server").begin_object();
    eve_member_if(out, "proto_version", side.proto);
    eve_member_if(out, "software_version", side.software);
    if (!side.hassh.empty()) {
      out.key("hassh").begin_object();
      out.member("hash", side.hassh).member("string", eve_text(side.hassh_string));
      out.end_object();
    }
    out.end_object();
  }
  out.end_object();
}

SshParser::SshParser() { transactions_.push_back(std::make_unique<SshTransaction>()); }

SshTransaction* SshParser::transaction() {
  return static_cast<SshTransaction*>(find_transaction(0));
}

ParseResult SshParser::on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) {
  SshTransaction* ssh = transaction();
  if (ssh == nullptr) return {bytes.size()};
  if (ssh->started.ns == 0) ssh->started = flow.now;
  State& state = state_[index(direction)];
  Bytes rest = bytes;
  size_t need = 0;
  while (!rest.empty()) {
    if (state == State::kOver) return {bytes.size()};
    const bool read = state == State::kBanner ? read_banner(direction, rest, last)
                                              : read_packet(direction, rest, need);
    if (!read) break;
  }
  return {bytes.size() - rest.size(), ParseStatus::kOk, need};
}

bool SshParser::read_banner(Direction direction, Bytes& rest, bool last) {
  const auto line = take_line(rest, kLineMax, last);
  if (!line) return false;
  const std::string_view text = as_text(line->text);
  if (text.starts_with("SSH-")) {
    banner(direction, text);
  } else if (++lines_before_[index(direction)] > kLinesBeforeMax) {
    counter_of(Weird::kBadBanner).add();
    over(direction);
  }
  return true;
}

void SshParser::banner(Direction direction, std::string_view text) {
  SshTransaction& ssh = *transaction();
  SshTransaction::Side& side = ssh.sides[index(direction)];
  if (text.size() > kBannerMax) {
    counter_of(Weird::kBannerTooLong).add();
    ssh.add_event("long_banner", direction);
    text = text.substr(0, kBannerMax);
  }
  std::string_view rest = text.substr(4);
  side.proto = take_until(rest, '-');
  side.software = take_until(rest, ' ');
  if (side.proto.empty() || side.software.empty()) {
    counter_of(Weird::kBadBanner).add();
    ssh.add_event("invalid_banner", direction);
  }
  ssh.set_progress(direction, 1);
  // Version 1 packets are of another form; 1.99 means both, and speaks 2.
  state_[index(direction)] =
      side.proto == "2.0" || side.proto == "1.99" ? State::kPackets : State::kOver;
}

bool SshParser::read_packet(Direction direction, Bytes& rest, size_t& need) {
  ByteReader reader(rest);
  const size_t length = reader.u32();
  const size_t padding = reader.u8();
  const uint8_t type = reader.u8();
  if (reader.failed()) return false;
  SshTransaction& ssh = *transaction();
  if (length < 2 || length > kPacketMax || padding + 1 > length) {
    const bool long_exchange = type == kKexInit && length > kPacketMax;
    counter_of(long_exchange ? Weird::kPacketTooLong : Weird::kBadPacket).add();
    ssh.add_event(long_exchange ? "long_kex_record" : "invalid_record", direction);
    over(direction);
    return true;
  }
  if (rest.size() < 4 + length) {
    need = 4 + length;
    return false;
  }
  if (type == kKexInit) key_exchange(direction, rest.subspan(6, length - 2));
  rest = rest.subspan(4 + length);
  if (type == kNewKeys) over(direction);
  return true;
}

void SshParser::key_exchange(Direction direction, Bytes payload) {
  SshTransaction& ssh = *transaction();
  ByteReader reader(payload);
  reader.skip(kCookieBytes);
  std::string_view lists[8];  // kex, host key, then cipher, mac, compression: both ways each
  for (std::string_view& list : lists) list = as_text(reader.take(reader.u32()));
  if (reader.failed()) {
    counter_of(Weird::kBadPacket).add();
    ssh.add_event("invalid_record", direction);
    return;
  }
  const size_t way = index(direction);
  SshTransaction::Side& side = ssh.sides[way];
  side.hassh_string = lists[0];
  for (const size_t list : {2 + way, 4 + way, 6 + way}) {
    side.hassh_string.push_back(';');
    side.hassh_string += lists[list];
  }
  side.hassh = md5_hex(as_bytes(side.hassh_string));
  ssh.set_progress(direction, 2);
}

void SshParser::over(Direction direction) {
  state_[index(direction)] = State::kOver;
  transaction()->set_progress(direction, Transaction::kDone);
}

ParseStatus SshParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  if (transaction() != nullptr) over(direction);
  return ParseStatus::kOk;
}

void SshParser::on_end(FlowContext&) {
  if (transaction() == nullptr) return;
  over(Direction::kToServer);
  over(Direction::kToClient);
}

}  // namespace picket::inspect::ssh
