// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/weird.h"

#include <iterator>

namespace picket::inspect::ftp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.ftp.line_too_long", "FTP commands and replies longer than is kept"},
      {"weird.ftp.too_many_replies", "FTP commands with more reply lines than are kept"},
      {"weird.ftp.reply_without_code", "FTP replies that do not begin with a code"},
      {"weird.ftp.bad_address", "FTP addresses for data connections that are none"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::ftp
