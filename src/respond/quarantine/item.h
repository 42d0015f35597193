// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"

namespace picket::respond {

// What the index of the quarantine knows of one file: everything that restoring it exactly takes.
struct QuarantineItem {
  static constexpr size_t kAttributesMax = 64;             // extended ones
  static constexpr size_t kAttributeBytesMax = 64 * 1024;  // of all of them
  static constexpr size_t kTextMax = 1u << 20;             // of the item as text

  enum class State : uint8_t {
    kBegun,  // taken out of its folder, not yet kept: a crash came between
    kKept,
  };
  std::string id;  // 16 hexadecimal digits
  State state = State::kBegun;
  std::string path;  // as it was; the file system's own bytes
  uint64_t size = 0;
  std::string sha256;
  uint32_t mode = 0, uid = 0, gid = 0;
  int64_t access_ns = 0, change_ns = 0;  // atime, mtime
  std::vector<std::pair<std::string, std::string>> attributes;
  WallTime taken;
  std::string reason, alert_id, rule_id;
};

// As JSON; paths and attributes in hexadecimal, since they need not be text.
std::string text_of(const QuarantineItem& item);
// nullopt: it is no item, or out of bounds.
std::optional<QuarantineItem> parse_item(std::string_view text);
// For people and programs: `picket quarantine list --json`.
void append_json(JsonWriter& out, const QuarantineItem& item);

bool is_item_id(std::string_view text);

}  // namespace picket::respond
