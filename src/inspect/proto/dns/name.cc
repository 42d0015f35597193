// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/name.h"

#include <algorithm>

namespace picket::inspect::dns {
namespace {

constexpr uint8_t kLabelTypeMask = 0xc0;
constexpr uint8_t kPointer = 0xc0;

uint8_t lower(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte - 'A' + 'a') : byte;
}

void append_byte(uint8_t byte, std::string& out) {
  if (byte > 0x20 && byte < 0x7f && byte != '.' && byte != '\\') {
    out += static_cast<char>(lower(byte));
    return;
  }
  out += '\\';
  out += static_cast<char>('0' + byte / 100);
  out += static_cast<char>('0' + byte / 10 % 10);
  out += static_cast<char>('0' + byte % 10);
}

bool labels_equal(Bytes a, Bytes b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](uint8_t x, uint8_t y) { return lower(x) == lower(y); });
}

}  // namespace

bool LabelWalker::fail(Weird kind) {
  fault_ = kind;
  return false;
}

bool LabelWalker::follow_pointer() {
  if (message_.size() - at_ < 2) return fail(Weird::kCutShort);
  const size_t target =
      static_cast<size_t>(message_[at_] & ~kLabelTypeMask) << 8 | message_[at_ + 1];
  if (target > at_) return fail(Weird::kPointerForward);
  if (target >= run_start_) return fail(Weird::kPointerLoop);
  if (target < kHeaderBytes) return fail(Weird::kPointerIntoHeader);
  if (++pointers_ > kPointersMax) return fail(Weird::kPointerChain);
  if (end_ == 0) end_ = at_ + 2;
  at_ = run_start_ = target;
  return true;
}

bool LabelWalker::next(Bytes& label) {
  if (fault_) return false;
  for (;;) {
    if (at_ >= message_.size()) return fail(Weird::kCutShort);
    const uint8_t length = message_[at_];
    if ((length & kLabelTypeMask) == kPointer) {
      if (!follow_pointer()) return false;
      continue;
    }
    if ((length & kLabelTypeMask) != 0) return fail(Weird::kLabelType);
    if (length == 0) {
      if (end_ == 0) end_ = at_ + 1;
      return false;
    }
    if (message_.size() - at_ - 1 < length) return fail(Weird::kCutShort);
    length_ += length + 1u;
    if (length_ > kNameBytesMax) return fail(Weird::kNameTooLong);
    label = message_.subspan(at_ + 1, length);
    at_ += length + 1u;
    return true;
  }
}

bool NameView::is_root() const {
  LabelWalker walker(message_, offset_);
  Bytes label;
  return !walker.next(label);
}

void NameView::append_to(std::string& out) const {
  LabelWalker walker(message_, offset_);
  Bytes label;
  bool first = true;
  while (walker.next(label)) {
    if (!first) out += '.';
    first = false;
    for (const uint8_t byte : label) append_byte(byte, out);
  }
  if (first) out += '.';
}

std::string NameView::text() const {
  std::string out;
  append_to(out);
  return out;
}

bool NameView::equals(const NameView& other) const {
  if (message_.data() == other.message_.data() && offset_ == other.offset_) return true;
  LabelWalker mine(message_, offset_), theirs(other.message_, other.offset_);
  Bytes a, b;
  for (;;) {
    const bool more = mine.next(a);
    if (more != theirs.next(b)) return false;
    if (!more) return true;
    if (!labels_equal(a, b)) return false;
  }
}

NameCheck check_name(Bytes message, size_t offset) {
  LabelWalker walker(message, offset);
  Bytes label;
  while (walker.next(label)) continue;
  return {walker.end(), walker.fault()};
}

}  // namespace picket::inspect::dns
