// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket::inspect {

// Which way bytes go in a flow. The client is who opened it.
enum class Direction : uint8_t { kToServer, kToClient };
inline constexpr Direction kBothDirections[] = {Direction::kToServer, Direction::kToClient};
constexpr unsigned index(Direction direction) { return static_cast<unsigned>(direction); }
constexpr Direction opposite(Direction direction) {
  return direction == Direction::kToServer ? Direction::kToClient : Direction::kToServer;
}

}  // namespace picket::inspect
