// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ssh/weird.h"

#include <iterator>

namespace picket::inspect::ssh {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.ssh.banner_too_long", "SSH identification lines of more than 255 bytes"},
      {"weird.ssh.bad_banner", "SSH identification lines that name no version"},
      {"weird.ssh.bad_packet", "SSH packets before encryption that do not hold what they say"},
      {"weird.ssh.packet_too_long", "SSH key exchanges too long to read"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::ssh
