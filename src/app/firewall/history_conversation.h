// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "respond/firewall/verdict.h"
#include "schema/record.h"

namespace picket::app::firewall {

// A user's id by name; nullopt: no such user (any more).
using UserId = std::function<std::optional<uint32_t>(const std::string& name)>;

// A kept connection as rules ask about it; nullopt: it names no other side. Pure.
std::optional<respond::firewall::Conversation> conversation_of(const schema::Record& record,
                                                               const UserId& user_id);

}  // namespace picket::app::firewall
