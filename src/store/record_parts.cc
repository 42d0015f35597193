// SPDX-License-Identifier: Apache-2.0
#include "store/record_parts.h"

namespace picket::store {

using schema::Field;
using schema::Record;

std::string text_in(const Record& record, Field field) {
  return std::string(record.text_of(field));
}

std::string word_in(const Record& record, Field field) {
  const schema::Value* value = record.find(field);
  return value ? schema::text_of(field, *value) : std::string();
}

Endpoint endpoint_in(const Record& record, Field address, Field port) {
  Endpoint made;
  if (const schema::Value* value = record.find(address))
    if (const auto* ip = std::get_if<IpAddress>(value)) made.address = *ip;
  made.port = static_cast<uint16_t>(record.number_of(port));
  return made;
}

std::vector<std::string> list_in(const Record& record, Field field) {
  std::vector<std::string> out;
  const std::string_view joined = record.text_of(field);
  if (joined.empty()) return out;
  for (const std::string_view one : schema::elements(joined)) out.emplace_back(one);
  return out;
}

std::optional<uint64_t> count_in(const Record& record, Field field) {
  if (!record.find(field)) return std::nullopt;
  return static_cast<uint64_t>(record.number_of(field));
}

event::Transport transport_in(const Record& record) {
  return event::parse_transport(word_in(record, Field::kTransport))
      .value_or(event::Transport::kTcp);
}

event::ConnectionMade connection_of(const Record& record) {
  event::ConnectionMade made;
  made.id = text_in(record, Field::kConnectionId);
  made.transport = transport_in(record);
  if (const std::string way = word_in(record, Field::kDirection); !way.empty())
    made.outbound = way == "outbound";
  made.local = endpoint_in(record, Field::kLocalIp, Field::kLocalPort);
  made.remote = endpoint_in(record, Field::kRemoteIp, Field::kRemotePort);
  made.remote_name = text_in(record, Field::kRemoteName);
  made.service = text_in(record, Field::kService);
  made.bytes_in = count_in(record, Field::kBytesIn);
  made.bytes_out = count_in(record, Field::kBytesOut);
  made.finished = word_in(record, Field::kState) == "over";
  if (const auto* seconds = record.find(Field::kDuration))
    made.duration_s = std::get<double>(*seconds);
  if (const auto* answered = record.find(Field::kAnswered))
    made.answered = std::get<bool>(*answered);
  return made;
}

}  // namespace picket::store
