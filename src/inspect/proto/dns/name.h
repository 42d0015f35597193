// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "base/byte_reader.h"
#include "inspect/proto/dns/weird.h"

// Domain names as they stand in a DNS message (RFC 1035 3.1, 4.1.4), read in place.
namespace picket::inspect::dns {

constexpr size_t kNameBytesMax = 255;  // wire form with length bytes and the root (RFC 1035 2.3.4)
constexpr size_t kPointersMax = 32;    // compression pointers followed within one name
constexpr size_t kHeaderBytes = 12;

// LabelWalker reads a name label by label. A compression pointer must point before the run of
// labels it stands in, so every hop goes strictly backward and no name can loop.
class LabelWalker {
 public:
  LabelWalker(Bytes message, size_t offset) : message_(message), at_(offset), run_start_(offset) {}

  // The next label into `label`; false at the root and at a fault.
  bool next(Bytes& label);
  std::optional<Weird> fault() const { return fault_; }
  // Where the name ends in its own place, once next() said false without a fault.
  size_t end() const { return end_; }

 private:
  bool fail(Weird kind);
  bool follow_pointer();

  Bytes message_;
  size_t at_;
  size_t run_start_;
  size_t end_ = 0;
  size_t length_ = 1;  // the root's byte
  size_t pointers_ = 0;
  std::optional<Weird> fault_;
};

// A name inside a message, checked when the message was parsed. Borrows from the message's bytes.
class NameView {
 public:
  NameView() = default;  // the root
  NameView(Bytes message, size_t offset) : message_(message), offset_(offset) {}

  bool is_root() const;
  // Lower case, labels joined by dots, no trailing dot; the root is ".". Bytes that are not graphic
  // ASCII, and dots and backslashes inside a label, are written as \DDD (RFC 1035 5.1, decimal).
  void append_to(std::string& out) const;
  std::string text() const;
  // Without regard to case (RFC 4343).
  bool equals(const NameView& other) const;

 private:
  Bytes message_;
  size_t offset_ = 0;
};

// Checks the name at `offset`. Its end, or the fault.
struct NameCheck {
  size_t end = 0;
  std::optional<Weird> fault;
};
NameCheck check_name(Bytes message, size_t offset);

}  // namespace picket::inspect::dns
