// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/krb5/weird.h"

#include <iterator>

namespace picket::inspect::krb5 {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.krb5.malformed", "Kerberos messages that do not hold what they say"},
      {"weird.krb5.message_too_long", "Kerberos messages too long to be read"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::krb5
