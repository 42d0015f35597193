// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "event/activity.h"
#include "schema/record.h"

// What alert_of() and activity_of() read off a record. Pure.
namespace picket::store {

std::string text_in(const schema::Record& record, schema::Field field);
std::string word_in(const schema::Record& record, schema::Field field);
std::vector<std::string> list_in(const schema::Record& record, schema::Field field);
std::optional<uint64_t> count_in(const schema::Record& record, schema::Field field);
Endpoint endpoint_in(const schema::Record& record, schema::Field address, schema::Field port);
event::Transport transport_in(const schema::Record& record);
event::ConnectionMade connection_of(const schema::Record& record);

}  // namespace picket::store
