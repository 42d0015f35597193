// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/weird.h"

#include <iterator>

namespace picket::inspect::http {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.http.leading_empty_line", "HTTP requests after an empty line"},
      {"weird.http.bare_line_feed", "HTTP requests with lines that end in LF alone"},
      {"weird.http.odd_whitespace", "HTTP request lines with more than single spaces"},
      {"weird.http.control_byte", "HTTP requests with a control byte in a line"},
      {"weird.http.space_in_target", "HTTP requests with a space inside the target"},
      {"weird.http.odd_target", "HTTP requests with a target of no known form"},
      {"weird.http.too_long", "HTTP request heads longer than are read"},
      {"weird.http.too_many_headers", "HTTP requests with more header lines than are read"},
      {"weird.http.folded_header", "HTTP requests with a header folded over lines"},
      {"weird.http.space_before_colon", "HTTP headers with space between name and colon"},
      {"weird.http.not_a_header", "HTTP header lines without a name or a colon"},
      {"weird.http.no_host", "HTTP/1.1 requests without a Host"},
      {"weird.http.duplicate_host", "HTTP requests with the same Host twice"},
      {"weird.http.conflicting_host", "HTTP requests with different Hosts; none was used"},
      {"weird.http.bad_host", "HTTP requests with a Host that cannot be one"},
      {"weird.http.host_differs_from_target", "HTTP requests whose Host is not that of the target"},
      {"weird.http.user_in_target", "HTTP requests with a user name in the target"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::http
