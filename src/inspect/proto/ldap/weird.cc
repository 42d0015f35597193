// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ldap/weird.h"

#include <iterator>

namespace picket::inspect::ldap {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.ldap.malformed", "LDAP messages that do not hold what they say"},
      {"weird.ldap.message_too_long", "LDAP messages too long to be read"},
      {"weird.ldap.too_many_responses", "LDAP requests with more responses than are kept"},
      {"weird.ldap.too_many_items", "LDAP messages with more attributes than are kept"},
      {"weird.ldap.unasked", "LDAP responses to no request"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::ldap
