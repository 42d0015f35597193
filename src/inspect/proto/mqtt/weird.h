// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::mqtt {

// What can be odd about MQTT; counted as "weird.mqtt.…" (names in weird.cc).
enum class Weird : uint8_t {
  kMalformed,
  kMessageTooLong,
  kTooManyTopics,
  kTooManyMessages,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::mqtt
