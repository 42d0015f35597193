// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

// Writes little-endian DCE/RPC fragments for tests.
namespace picket::inspect::dcerpc {

inline std::string le16(unsigned value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
inline std::string le32(unsigned value) { return le16(value) + le16(value >> 16); }
inline std::string pdu_of(char type, unsigned call_id, const std::string& body, char flags = 3) {
  return std::string("\5\0", 2) + type + flags + std::string("\x10\0\0\0", 4) +
         le16(static_cast<unsigned>(16 + body.size())) + le16(0) + le32(call_id) + body;
}
// atsvc 1.0 as context `context`.
inline std::string bind_of(unsigned call_id, unsigned context) {
  const std::string uuid("\x82\x06\xf7\x1f\x51\x0a\xe8\x30\x07\x6d\x74\x0b\xe8\xce\xe9\x8b", 16);
  return pdu_of(11, call_id,
                std::string(8, '\0') + std::string("\1\0\0\0", 4) + le16(context) +
                    std::string("\1\0", 2) + uuid + le16(1) + le16(0) + std::string(20, 's'));
}
inline std::string bind_ack_of(unsigned call_id, unsigned result) {
  return pdu_of(12, call_id,
                std::string(8, '\0') + le16(4) + std::string("135\0", 4) + le16(0) +
                    std::string("\1\0\0\0", 4) + le16(result) + le16(0) + std::string(20, 's'));
}
inline std::string request_of(unsigned call_id, unsigned context, unsigned opnum,
                              const std::string& stub, char flags = 3) {
  return pdu_of(0, call_id, le32(0) + le16(context) + le16(opnum) + stub, flags);
}
inline std::string response_of(unsigned call_id, const std::string& stub) {
  return pdu_of(2, call_id, le32(0) + le16(0) + le16(0) + stub);
}

}  // namespace picket::inspect::dcerpc
