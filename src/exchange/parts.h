// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "schema/record.h"

// What the formats share: reading a record's fields as JSON values. Pure.
namespace picket::exchange {

using Json = nlohmann::ordered_json;

// A field's value; null when it is not there.
Json value_of(const schema::Record& record, schema::Field field);
// Sets `into[name]` when the record has the field.
void put(Json& into, const char* name, const schema::Record& record, schema::Field field);
// A word's text or a text; empty when it is not there.
std::string word_of(const schema::Record& record, schema::Field field);
int64_t milliseconds(WallTime time);
std::string dumped(const Json& json);  // bad UTF-8 becomes U+FFFD

// The one who opened the connection and the other, where it is known; else local and remote.
struct Ends {
  schema::Field source_ip, source_port, target_ip, target_port;
  bool inbound = false;
};
Ends ends_of(const schema::Record& record);
std::string base_name(std::string_view path);

}  // namespace picket::exchange
