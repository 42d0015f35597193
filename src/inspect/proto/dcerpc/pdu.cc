// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/pdu.h"

#include <algorithm>
#include <iterator>

#include "inspect/app/eve_text.h"

namespace picket::inspect::dcerpc {

std::string_view type_text(uint8_t type) {
  constexpr std::string_view kNames[] = {
      "REQUEST",   "PING",     "RESPONSE",      "FAULT",
      "WORKING",   "NOCALL",   "REJECT",        "ACK",
      "CL_CANCEL", "FACK",     "CANCEL_ACK",    "BIND",
      "BINDACK",   "BINDNAK",  "ALTER_CONTEXT", "ALTER_CONTEXT_RESP",
      "AUTH3",     "SHUTDOWN", "CO_CANCEL",     "ORPHANED",
      "RTS"};
  return type < std::size(kNames) ? kNames[type] : "UNKNOWN";
}

std::optional<Pdu> read_pdu(Bytes bytes) {
  if (bytes.size() < kHeaderBytes || bytes[0] != 5 || bytes[1] > 1 || bytes[2] > 20)
    return std::nullopt;
  Pdu out;
  out.little = (bytes[4] & 0x10) != 0;
  OrderedReader reader(bytes, out.little);
  reader.skip(1);
  out.minor = reader.u8();
  out.type = reader.u8();
  out.flags = reader.u8();
  reader.skip(4);
  out.length = reader.u16();
  out.auth_length = reader.u16();
  out.call_id = reader.u32();
  if (out.length < kHeaderBytes) return std::nullopt;
  out.body = bytes.subspan(kHeaderBytes, std::min<size_t>(bytes.size(), out.length) - kHeaderBytes);
  return out;
}

Uuid read_uuid(OrderedReader& reader, bool little) {
  Uuid out{};
  const Bytes bytes = reader.take(16);
  if (bytes.size() < 16) return out;
  std::ranges::copy(bytes, out.begin());
  if (little) {
    std::swap(out[0], out[3]);
    std::swap(out[1], out[2]);
    std::swap(out[4], out[5]);
    std::swap(out[6], out[7]);
  }
  return out;
}

std::string uuid_text(const Uuid& uuid) {
  std::string out = eve_hex(uuid);
  for (const size_t at : {20u, 16u, 12u, 8u}) out.insert(at, 1, '-');
  return out;
}

}  // namespace picket::inspect::dcerpc
