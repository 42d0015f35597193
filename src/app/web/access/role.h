// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// Who may do what: each role may do what those before it may. Values.
namespace picket::app::web::access {

enum class Role : uint8_t { kNobody, kViewer, kAnalyst, kAdmin };

constexpr std::array<std::string_view, 4> kRoleWords{"nobody", "viewer", "analyst", "admin"};

inline std::string_view text(Role role) { return kRoleWords[static_cast<size_t>(role)]; }
// One that a user can have; nullopt: none.
inline std::optional<Role> parse_role(std::string_view word) {
  for (size_t i = 1; i < kRoleWords.size(); ++i)
    if (kRoleWords[i] == word) return static_cast<Role>(i);
  return std::nullopt;
}

}  // namespace picket::app::web::access
