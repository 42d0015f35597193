// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pop3/weird.h"

#include <iterator>

namespace picket::inspect::pop3 {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.pop3.line_too_long", "POP3 lines longer than is kept"},
      {"weird.pop3.too_many_data_lines", "POP3 answers of more lines than are kept"},
      {"weird.pop3.answer_unasked", "POP3 answers to no command"},
      {"weird.pop3.bad_answer", "POP3 answers that are neither good nor bad"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::pop3
