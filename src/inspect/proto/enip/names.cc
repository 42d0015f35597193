// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/names.h"

#include <span>
#include <string_view>

namespace picket::inspect::enip {
namespace {

struct Name {
  uint32_t number;
  std::string_view text;
};

std::string find(std::span<const Name> names, uint32_t number) {
  for (const Name& name : names)
    if (name.number == number) return std::string(name.text);
  return "unknown-" + std::to_string(number);
}

constexpr Name kCommands[] = {
    {0x00, "nop"},
    {0x04, "list_services"},
    {0x63, "list_identity"},
    {0x64, "list_interfaces"},
    {0x65, "register_session"},
    {0x66, "unregister_session"},
    {0x6f, "send_rr_data"},
    {0x70, "send_unit_data"},
    {0x72, "indicate_status"},
    {0x73, "cancel"},
};
constexpr Name kStatus[] = {
    {0, "success"},
    {1, "invalid_cmd"},
    {2, "no_resources"},
    {3, "incorrect_data"},
    {100, "invalid_session"},
    {101, "invalid_length"},
    {105, "unsupported_prot_rev"},
    {106, "encap_header_error"},
};
constexpr Name kServices[] = {
    {0x01, "Get Attributes All"},
    {0x02, "Set Attributes All"},
    {0x03, "Get Attribute List"},
    {0x04, "Set Attribute List"},
    {0x05, "Reset"},
    {0x06, "Start"},
    {0x07, "Stop"},
    {0x08, "Create"},
    {0x09, "Delete"},
    {0x0a, "Multiple Service Packet"},
    {0x0d, "Apply Attributes"},
    {0x0e, "Get Attribute Single"},
    {0x10, "Set Attribute Single"},
    {0x11, "Find Next Object Instance"},
    {0x14, "Error Response"},
    {0x15, "Restore"},
    {0x16, "Save"},
    {0x17, "Nop"},
    {0x18, "Get Member"},
    {0x19, "Set Member"},
    {0x1a, "Insert Member"},
    {0x1b, "Remove Member"},
    {0x1c, "Group Sync"},
    {0x4c, "Read Tag"},
    {0x4d, "Write Tag"},
    {0x4e, "Forward Close"},
    {0x52, "Unconnected Send"},
    {0x54, "Forward Open"},
    {0x5a, "Get Connection Owner"},
};
// CIP volume 1, appendix B.
constexpr Name kGeneralStatus[] = {
    {0x00, "success"},
    {0x01, "Connection failure"},
    {0x02, "Resource unavailable"},
    {0x03, "Invalid parameter value"},
    {0x04, "Path segment error"},
    {0x05, "Path destination unknown"},
    {0x06, "Partial transfer"},
    {0x07, "Connection lost"},
    {0x08, "Service not supported"},
    {0x09, "Invalid attribute value"},
    {0x0a, "Attribute list error"},
    {0x0b, "Already in requested mode/state"},
    {0x0c, "Object state conflict"},
    {0x0d, "Object already exists"},
    {0x0e, "Attribute not settable"},
    {0x0f, "Privilege violation"},
    {0x10, "Device state conflict"},
    {0x11, "Reply data too large"},
    {0x13, "Not enough data"},
    {0x14, "Attribute not supported"},
    {0x15, "Too much data"},
    {0x16, "Object does not exist"},
    {0x1e, "Embedded service error"},
    {0x20, "Invalid parameter"},
};
constexpr Name kClasses[] = {
    {0x01, "Identity"},
    {0x02, "Message Router"},
    {0x03, "DeviceNet"},
    {0x04, "Assembly"},
    {0x05, "Connection"},
    {0x06, "Connection Manager"},
    {0x07, "Register"},
    {0x08, "Discrete Input Point"},
    {0x09, "Discrete Output Point"},
    {0x0a, "Analog Input Point"},
    {0x0b, "Analog Output Point"},
    {0x0f, "Parameter"},
    {0x37, "File"},
    {0x43, "Time Sync"},
    {0x47, "Device Level Ring"},
    {0x48, "QoS"},
    {0xf4, "Port"},
    {0xf5, "TCP/IP Interface"},
    {0xf6, "Ethernet Link"},
};
constexpr Name kVendors[] = {
    {1, "Rockwell Automation/Allen-Bradley"},
    {26, "Festo SE & Co. KG"},
    {40, "WAGO Corporation"},
    {44, "Eaton Electrical"},
    {47, "OMRON Corporation"},
    {48, "Turck Inc."},
    {50, "Real Time Automation"},
    {90, "HMS Industrial Networks AB"},
    {161, "Mitsubishi Electric Automation, Inc."},
    {243, "Schneider Electric"},
    {283, "Hilscher GmbH"},
    {808, "SICK AG"},
};
constexpr Name kDeviceTypes[] = {
    {0x00, "Generic Device"},
    {0x02, "AC Drive"},
    {0x03, "Motor Overload"},
    {0x04, "Limit Switch"},
    {0x05, "Inductive Proximity Switch"},
    {0x06, "Photoelectric Sensor"},
    {0x07, "General Purpose Discrete I/O"},
    {0x0c, "Communications Adapter"},
    {0x0e, "Programmable Logic Controller"},
    {0x10, "Position Controller"},
    {0x13, "DC Drive"},
    {0x18, "Human-Machine Interface"},
    {0x2c, "Managed Switch"},
};

}  // namespace

std::string command_text(uint16_t command) { return find(kCommands, command); }
std::string status_text(uint32_t status) { return find(kStatus, status); }
std::string cip_service_text(uint8_t service) { return find(kServices, service); }
std::string cip_status_text(uint8_t status) { return find(kGeneralStatus, status); }
std::string cip_class_text(uint32_t class_id) { return find(kClasses, class_id); }
std::string vendor_text(uint16_t vendor) { return find(kVendors, vendor); }
std::string device_type_text(uint16_t type) { return find(kDeviceTypes, type); }

}  // namespace picket::inspect::enip
