// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

// Names that EtherNet/IP and CIP give numbers, as EVE shows them; of one without a name,
// "unknown-" and the number. Pure functions.
namespace picket::inspect::enip {

std::string command_text(uint16_t command);
std::string status_text(uint32_t status);
std::string cip_service_text(uint8_t service);
std::string cip_status_text(uint8_t status);
std::string cip_class_text(uint32_t class_id);
std::string vendor_text(uint16_t vendor);
std::string device_type_text(uint16_t type);

}  // namespace picket::inspect::enip
