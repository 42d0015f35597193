// SPDX-License-Identifier: Apache-2.0
#include "exchange/parts.h"

namespace picket::exchange {

using schema::Field;
using schema::Record;

Json value_of(const Record& record, Field field) {
  const schema::Value* value = record.find(field);
  if (!value) return nullptr;
  if (schema::info(field).type == schema::Type::kList) {
    Json list = Json::array();
    for (const std::string_view one : schema::elements(std::get<std::string>(*value)))
      list.push_back(std::string(one));
    return list;
  }
  if (const auto* flag = std::get_if<bool>(value)) return *flag;
  if (const auto* real = std::get_if<double>(value)) return *real;
  if (const auto* number = std::get_if<int64_t>(value);
      number && schema::info(field).type == schema::Type::kNumber)
    return *number;
  return schema::text_of(field, *value);
}

void put(Json& into, const char* name, const Record& record, Field field) {
  if (Json value = value_of(record, field); !value.is_null()) into[name] = std::move(value);
}

std::string word_of(const Record& record, Field field) {
  const schema::Value* value = record.find(field);
  return value ? schema::text_of(field, *value) : std::string();
}

int64_t milliseconds(WallTime time) { return time.ns / static_cast<int64_t>(kNsPerMs); }

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Ends ends_of(const Record& record) {
  if (word_of(record, Field::kDirection) == "inbound")
    return {Field::kRemoteIp, Field::kRemotePort, Field::kLocalIp, Field::kLocalPort, true};
  return {Field::kLocalIp, Field::kLocalPort, Field::kRemoteIp, Field::kRemotePort, false};
}

std::string base_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

}  // namespace picket::exchange
