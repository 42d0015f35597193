// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/weird.h"

#include <iterator>

namespace picket::inspect::tls {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.tls.bad_record", "TLS records with an impossible version or length"},
      {"weird.tls.empty_record", "ClientHellos with an empty record in between"},
      {"weird.tls.interleaved_record", "ClientHellos with a record of another type in between"},
      {"weird.tls.not_client_hello", "TLS clients whose first message is no ClientHello"},
      {"weird.tls.too_long", "ClientHellos longer than are read"},
      {"weird.tls.bad_length", "ClientHellos whose inner lengths do not fit"},
      {"weird.tls.trailing_bytes", "ClientHellos with bytes after their last field"},
      {"weird.tls.bad_extension", "TLS extensions whose content does not fit their type"},
      {"weird.tls.duplicate_extension", "ClientHellos with an extension given twice"},
      {"weird.tls.too_many_extensions", "ClientHellos with more extensions than are read"},
      {"weird.tls.too_many_protocols", "ClientHellos with more ALPN protocols than are read"},
      {"weird.tls.sni_not_host_name", "TLS server names that no host can have"},
      {"weird.tls.sni_address", "TLS server names that are addresses"},
      {"weird.tls.sni_trailing_dot", "TLS server names with a trailing dot"},
      {"weird.tls.sni_several", "ClientHellos with several server names"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::tls
