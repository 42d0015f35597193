// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pgsql/weird.h"

#include <iterator>

namespace picket::inspect::pgsql {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.pgsql.bad_length", "PostgreSQL messages whose length cannot be"},
      {"weird.pgsql.too_long", "PostgreSQL messages longer than is put together"},
      {"weird.pgsql.too_many_parameters",
       "PostgreSQL exchanges with more parameters than are kept"},
      {"weird.pgsql.unasked", "PostgreSQL answers to no request"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::pgsql
