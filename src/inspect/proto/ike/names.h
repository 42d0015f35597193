// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

// Names that IKE's registries give numbers, in the spelling of EVE. Pure functions.
namespace picket::inspect::ike {

std::string_view payload_text(uint8_t type);  // empty: none
// An attribute of version 1 and what its value stands for ("Unknown": nothing with a name).
std::string_view attribute_text(uint16_t type);
std::string_view attribute_value_text(uint16_t type, uint64_t value);

}  // namespace picket::inspect::ike
