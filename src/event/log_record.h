// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

// One event that somebody else recorded (a Windows log, Sysmon, auditd, Zeek, EVE, a JSON export),
// as flat named fields in the words of its source, so that rules written for that source find them.
namespace picket::event {

struct LogField {
  std::string_view name;   // as the source spells it: DestinationIp, EventID, id.orig_h
  std::string_view value;  // text form; numbers in decimal, booleans true or false
  enum class Type : uint8_t { kText, kNumber, kBoolean, kNull } type = Type::kText;
};

// Where it comes from, in the terms Sigma's log sources are routed by. Empty: not known.
struct LogOrigin {
  std::string_view product;   // windows, linux, zeek, suricata...
  std::string_view channel;   // Windows: the event log's channel; Zeek: the log's name (conn, dns)
  std::string_view provider;  // Windows: the provider's name
  uint32_t event_id = 0;      // Windows
  std::string_view category;  // what the source is sure it tells of: network_connection, proxy...
};

// A record and the bytes its fields point into. Reused from record to record without allocating:
// clear(), then add what there is. Field names may repeat (a list); order is that of the source.
// Views live until the next clear(). Not thread-safe.
class LogRecord {
 public:
  LogOrigin origin;
  std::optional<WallTime> time;
  std::string_view computer;

  void clear();
  // Keeps a copy of `text` that lives as long as the record's fields do.
  std::string_view keep(std::string_view text);
  void add(std::string_view name, std::string_view value,
           LogField::Type type = LogField::Type::kText) {
    fields_.push_back({name, value, type});
  }
  std::span<const LogField> fields() const { return fields_; }
  // The first field of that name (exact spelling); nullptr: none.
  const LogField* find(std::string_view name) const;

 private:
  static constexpr size_t kChunkBytes = 64 * 1024;
  struct Chunk {
    std::vector<char> bytes;
    size_t used = 0;
  };
  std::vector<LogField> fields_;
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
};

}  // namespace picket::event
