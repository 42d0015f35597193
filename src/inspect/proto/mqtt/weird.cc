// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mqtt/weird.h"

#include <iterator>

namespace picket::inspect::mqtt {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.mqtt.malformed", "MQTT messages that do not hold what they say"},
      {"weird.mqtt.message_too_long", "MQTT messages too long to be read, passed over"},
      {"weird.mqtt.too_many_topics", "MQTT subscriptions with more topics than are kept"},
      {"weird.mqtt.too_many_messages", "MQTT exchanges of more messages than are kept"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::mqtt
