// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tftp/tftp_parser.h"

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/tftp/weird.h"

namespace picket::inspect::tftp {

std::optional<Request> read_request(Bytes datagram) {
  ByteReader reader(datagram);
  const uint16_t operation = reader.u16();
  if (reader.failed() || operation < 1 || operation > 2) return std::nullopt;
  std::string_view rest = as_text(datagram.subspan(2));
  const size_t name = rest.find('\0');
  if (name == 0 || name == std::string_view::npos || name > kNameMax) return std::nullopt;
  Request out;
  out.write = operation == 2;
  out.file = take_until(rest, '\0');
  out.mode = ascii_lowered(take_until(rest, '\0'));
  if (out.mode != "octet" && out.mode != "netascii" && out.mode != "mail") return std::nullopt;
  return out;
}

TftpTransaction::TftpTransaction(uint64_t tx_id, Request&& request)
    : Transaction(AppProtocol::kTftp, tx_id), request_(std::move(request)) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(Direction::kToClient)] = true;
}

void TftpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("packet", request_.write ? "write" : "read");
  out.member("file", eve_text(request_.file)).member("mode", request_.mode).end_object();
}

ParseResult TftpParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (direction == Direction::kToClient) return {bytes.size()};
  auto request = read_request(bytes);
  if (!request) {
    counter_of(Weird::kMalformed).add();
    return {bytes.size()};
  }
  transactions_.push_back(std::make_unique<TftpTransaction>(next_id_++, std::move(*request)));
  transactions_.back()->started = flow.now;
  return {bytes.size()};
}

}  // namespace picket::inspect::tftp
