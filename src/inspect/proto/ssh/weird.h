// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::ssh {

// What can be odd about SSH; counted as "weird.ssh.…" (names in weird.cc).
enum class Weird : uint8_t { kBannerTooLong, kBadBanner, kBadPacket, kPacketTooLong, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::ssh
