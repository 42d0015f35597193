// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "sensor/bpf/picket_abi.h"

// For tests: records as the BPF programs write them.
namespace picket::sensor::bpf {

// A record of `type` whose header is filled in; `tail` follows the structure.
template <typename T>
std::vector<uint8_t> record_bytes(pk_record_type type, T fields, std::string_view tail = {}) {
  fields.header.type = type;
  fields.header.size = static_cast<uint32_t>(sizeof fields + tail.size());
  fields.header.at = 77;
  std::vector<uint8_t> bytes(sizeof fields + tail.size());
  std::memcpy(bytes.data(), &fields, sizeof fields);
  std::memcpy(bytes.data() + sizeof fields, tail.data(), tail.size());
  return bytes;
}

inline void set_address(__u8 (&field)[16], std::string_view text) {
  const auto address = IpAddress::parse(text);
  std::memcpy(field, address->bytes().data(), sizeof field);
}

// A process with the strings given; components of paths from the leaf up, each ended by NUL.
inline std::vector<uint8_t> process_record(pk_process fields, std::string_view executable,
                                           std::string_view directory, std::string_view invoked,
                                           std::string_view arguments) {
  fields.exe_len = static_cast<__u16>(executable.size());
  fields.cwd_len = static_cast<__u16>(directory.size());
  fields.invoked_len = static_cast<__u16>(invoked.size());
  fields.args_len = static_cast<__u16>(arguments.size());
  std::string tail(executable);
  (((tail += directory) += invoked) += arguments);
  return record_bytes(PK_PROCESS, fields, tail);
}

}  // namespace picket::sensor::bpf
