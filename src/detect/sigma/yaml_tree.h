// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace picket::detect::sigma {

constexpr size_t kYamlBytesMax = 4 * 1024 * 1024;
constexpr size_t kYamlNodesMax = 200'000;  // aliases count with all that they stand for
constexpr size_t kYamlDepthMax = 64;

struct YamlMember;

// A YAML value as rules need it: what was written, where, and whether it was quoted.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;  // a scalar that is text whatever it looks like
  uint32_t line = 0;    // 1-based
  std::string text;
  std::vector<YamlNode> items;
  std::vector<YamlMember> members;  // in the order written, keys unique

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }
  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  YamlNode value;
};

struct YamlError {
  std::string message;
  uint32_t line = 0;
};

// The documents of one YAML text (yaml-cpp reads; anchors, aliases and merge keys are resolved).
// Untrusted input: bounded by the constants above, never throws. Documents before an error are
// kept.
std::vector<YamlNode> parse_yaml(std::string_view text, std::vector<YamlError>& errors);

}  // namespace picket::detect::sigma
