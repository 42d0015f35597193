// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/byte_reader.h"

namespace picket::inspect::smtp {

// Undoes a MIME transfer encoding line by line (RFC 2045 6): base64, quoted-printable, or nothing.
// Bytes that do not belong are left out (base64) or kept as they are (quoted-printable), and told.
// Holds at most three bytes between lines.
class TransferDecoder {
 public:
  enum class Encoding : uint8_t { kPlain, kBase64, kQuotedPrintable };

  explicit TransferDecoder(Encoding encoding = Encoding::kPlain) : encoding_(encoding) {}
  Encoding encoding() const { return encoding_; }

  // Appends to `out` what the line gives. `text` has no line ending; `ended`: one followed.
  void line(Bytes text, bool ended, std::string& out);
  // What is left when the part is over.
  void finish(std::string& out);
  bool bad() const { return bad_; }

 private:
  void base64(Bytes text, std::string& out);
  void quoted_printable(Bytes text, bool ended, std::string& out);

  Encoding encoding_;
  bool bad_ = false;
  bool ending_pending_ = false;  // a line ending belongs to what follows it, not to what is before
  uint32_t bits_ = 0;
  unsigned digits_ = 0;
};

}  // namespace picket::inspect::smtp
