// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "inspect/app/app_protocol.h"
#include "inspect/app/direction.h"

// The named bytes and numbers that keywords inspect. Each protocol declares its own beside its
// parser, in proto/<name>/buffers.def, one line each:
//
//   PICKET_BUFFER(http_uri, "http.uri", kHttp, kToServer, 1, kOne)
//   PICKET_FIELD(dns_opcode, "dns.opcode", kDns, kBoth, 1)
//
// that is: identifier, the rule language's keyword, protocol, direction, the transaction progress
// (Transaction::progress) from which on it is final, and how many a transaction may have (kOne,
// kMany) or that it grows while bytes come (kBody). A keyword that several protocols serve (http.*
// by HTTP/1 and HTTP/2, file.data by all with files) is declared once, with kAny or the first
// protocol, and each transaction answers for itself.
namespace picket::inspect {

enum class BufferDirection : uint8_t { kToServer, kToClient, kBoth };
enum class BufferShape : uint8_t { kOne, kMany, kBody };

enum class BufferId : uint16_t {
#define PICKET_BUFFER(id, keyword, protocol, direction, progress, shape) k_##id,
#define PICKET_FIELD(id, keyword, protocol, direction, progress)
#include "inspect/app/all_buffers.def"
#undef PICKET_BUFFER
#undef PICKET_FIELD
  kCount
};

// Numbers and flags of a transaction: what keywords such as dns.opcode or snmp.version compare.
enum class FieldId : uint16_t {
#define PICKET_BUFFER(id, keyword, protocol, direction, progress, shape)
#define PICKET_FIELD(id, keyword, protocol, direction, progress) k_##id,
#include "inspect/app/all_buffers.def"
#undef PICKET_BUFFER
#undef PICKET_FIELD
  kCount
};

struct BufferInfo {
  std::string_view keyword;
  AppProtocol protocol;
  BufferDirection direction;
  uint8_t progress;
  BufferShape shape;
};
struct FieldInfo {
  std::string_view keyword;
  AppProtocol protocol;
  BufferDirection direction;
  uint8_t progress;
};

const BufferInfo& info(BufferId id);
const FieldInfo& info(FieldId id);
std::optional<BufferId> find_buffer(std::string_view keyword);
std::optional<FieldId> find_field(std::string_view keyword);

// Text as a buffer: of text that may not be there, and of text that is not there when empty.
inline std::optional<Bytes> buffer_of(std::optional<std::string_view> text) {
  return text ? std::optional(as_bytes(*text)) : std::nullopt;
}
inline std::optional<Bytes> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(as_bytes(text));
}

}  // namespace picket::inspect
