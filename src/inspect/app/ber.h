// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/byte_reader.h"

// BER and DER as network protocols use them (X.690): LDAP, SNMP, Kerberos. Reads in place, one
// element at a time; nesting is the caller's, so no input can make it recurse. Tags of one byte,
// definite lengths of at most four; anything else is a failure.
namespace picket::inspect {

struct BerElement {
  uint8_t tag = 0;  // class, constructed bit and number
  Bytes content;
};

// How many bytes the element at the start of `bytes` takes, header included. nullopt with `bad`
// false: more bytes are needed to say; with `bad` true: it is none.
std::optional<size_t> ber_size(Bytes bytes, bool& bad);

class BerReader {
 public:
  explicit BerReader(Bytes bytes) : rest_(bytes) {}
  // The next element; nullopt: the end, or (failed()) what is there is none.
  std::optional<BerElement> next();
  // The next element if it has that tag; else it stays.
  std::optional<BerElement> next(uint8_t tag);
  bool failed() const { return failed_; }
  bool empty() const { return rest_.empty(); }
  uint8_t peek() const { return rest_.empty() ? 0 : rest_[0]; }

 private:
  Bytes rest_;
  bool failed_ = false;
};

// INTEGER and ENUMERATED: nullopt when empty or of more than eight bytes.
std::optional<int64_t> ber_integer(Bytes content);
// OBJECT IDENTIFIER as text: 1.3.6.1. At most kOidPartsMax parts.
constexpr size_t kOidPartsMax = 128;
std::string ber_oid(Bytes content);

}  // namespace picket::inspect
