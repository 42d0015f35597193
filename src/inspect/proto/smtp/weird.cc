// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/weird.h"

#include <iterator>

namespace picket::inspect::smtp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.smtp.reply_unknown", "SMTP replies that are none: no code, or one nobody defined"},
      {"weird.smtp.reply_unasked", "SMTP replies to no command"},
      {"weird.smtp.line_too_long", "SMTP lines too long to be commands or replies"},
      {"weird.smtp.too_many_commands", "SMTP commands sent ahead of replies, beyond what is kept"},
      {"weird.smtp.too_many_recipients", "SMTP recipients beyond what is kept"},
      {"weird.smtp.too_many_headers", "mail headers beyond what is kept"},
      {"weird.smtp.too_many_parts", "attachments beyond what is followed"},
      {"weird.smtp.too_deep", "mail nested deeper than is followed"},
      {"weird.smtp.too_many_urls", "addresses in mail beyond what is kept"},
      {"weird.smtp.bad_base64", "mail bodies with bytes that are not base64"},
      {"weird.smtp.bad_quoted_printable", "mail bodies with escapes that are not quoted-printable"},
      {"weird.smtp.gap_in_message", "mails of which bytes are missing"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::smtp
