// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"

namespace picket::event {

// The member `name` as a list of texts; nothing where there are none.
void append_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts);

}  // namespace picket::event
