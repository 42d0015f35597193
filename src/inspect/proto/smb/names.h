// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

// Numbers of SMB in words, as EVE spells them (MS-CIFS 2.2.2, MS-SMB2 2.2, MS-ERREF 2.3). Pure
// functions.
namespace picket::inspect::smb {

std::string command_text(unsigned version, uint16_t command);  // SMB2_COMMAND_CREATE
std::string status_text(uint32_t status);                      // STATUS_SUCCESS; else 0x...
std::string dos_error_text(uint8_t error_class, uint16_t code);
std::string dialect_text(uint16_t dialect);               // 3.11
std::string_view disposition_text(uint32_t disposition);  // FILE_OPEN
std::string control_text(uint32_t control_code);          // FSCTL_PIPE_TRANSCEIVE
std::string_view share_type_text(uint8_t type);           // FILE, PIPE, PRINT
// 16 bytes as Windows writes a GUID; 2 bytes (an SMB1 file id) as four digits.
std::string guid_text(std::string_view bytes);

// UTF-16LE as UTF-8, up to a terminating zero; a lone surrogate becomes U+FFFD.
std::string from_utf16(Bytes bytes);
// 100 ns since 1601 as seconds since 1970; before: 0.
uint64_t unix_seconds(uint64_t file_time);

}  // namespace picket::inspect::smb
