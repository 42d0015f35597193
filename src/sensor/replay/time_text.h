// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace picket::sensor::replay {

// A point in time as the logs of this world write it: 2026-04-17T05:24:53.092051Z, with a blank for
// the T, any digits of fraction (nanoseconds count), Z or an offset (+02:00, +0200); without either
// it is taken as UTC. Also seconds since 1970 with a fraction (Zeek). nullopt: anything else.
std::optional<WallTime> parse_time_text(std::string_view text);

// 1604996384.965 and the like only.
std::optional<WallTime> parse_epoch(std::string_view text);

}  // namespace picket::sensor::replay
