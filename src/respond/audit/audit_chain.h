// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "respond/audit/audit_log.h"

// The chain of the audit log as text: each line ends in `,"hash":"H"}`, H being the SHA-256 of
// everything before that comma, and holds `"previous":"P"`, the H of the line before it. Pure: a
// line is taken as bytes, never parsed as JSON. For use within respond/audit.
namespace picket::respond {

struct ChainLink {
  uint64_t number = 0;
  std::string hash = std::string(64, '0');  // of the line; the first line follows this one
};

// `line` (an object not yet closed) with its hash, closed.
std::string sealed(const std::string& line);
// What a whole line says of itself; nullopt: it is no line of this log. Its hash is not verified.
std::optional<ChainLink> link_of(std::string_view line);
// The last whole line in the end of a log; a first link where there is none.
ChainLink last_link(std::string_view tail);

// Verifies a log as it is read.
class ChainReader {
 public:
  explicit ChainReader(std::function<void(std::string_view line)> each) : each_(std::move(each)) {}
  void feed(std::string_view bytes);
  // `head`: "NUMBER HASH" of the last line as it was noted beside the log.
  AuditCheck finish(std::string_view head);

 private:
  void line(std::string_view text);
  void problem(const std::string& what);

  std::function<void(std::string_view line)> each_;
  AuditCheck check_;
  ChainLink last_;
  std::string partial_;
  std::string head_seen_;  // "NUMBER HASH" of each line is compared with the head at the end
  bool too_long_ = false;
};

}  // namespace picket::respond
