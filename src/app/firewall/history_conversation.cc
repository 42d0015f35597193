// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/history_conversation.h"

namespace picket::app::firewall {

std::optional<respond::firewall::Conversation> conversation_of(const schema::Record& record,
                                                               const UserId& user_id) {
  using schema::Field;
  const schema::Value* remote = record.find(Field::kRemoteIp);
  if (!remote || !std::holds_alternative<IpAddress>(*remote)) return std::nullopt;
  const auto word = [&](Field field) {
    const schema::Value* value = record.find(field);
    return value ? schema::text_of(field, *value) : std::string();
  };
  respond::firewall::Conversation one;
  one.remote = std::get<IpAddress>(*remote);
  one.inbound = word(Field::kDirection) == "inbound";
  one.port =
      static_cast<uint16_t>(record.number_of(one.inbound ? Field::kLocalPort : Field::kRemotePort));
  const std::string transport = word(Field::kTransport);
  one.protocol = transport == "udp"    ? 17
                 : transport == "icmp" ? (one.remote.is_v4() ? 1 : 58)
                 : transport == "tcp"  ? 6
                                       : 255;
  one.program = record.text_of(Field::kProcessExecutable);
  one.digest = respond::firewall::parse_digest(record.text_of(Field::kProcessSha256));
  if (const std::string user(record.text_of(Field::kUser)); !user.empty()) one.user = user_id(user);
  if (const std::string unit(record.text_of(Field::kProcessUnit)); !unit.empty())
    one.units.push_back(unit);
  return one;
}

}  // namespace picket::app::firewall
