// SPDX-License-Identifier: Apache-2.0
#include "respond/sample/strings.h"

namespace picket::respond {
namespace {

bool is_printable(uint8_t byte) { return (byte >= 0x20 && byte < 0x7f) || byte == '\t'; }

}  // namespace

void Strings::end(Run& run) {
  if (run.text.size() >= kRunMin) {
    if (out_.size() + run.text.size() + 1 > kBytesMax)
      cut_ = true;
    else
      out_ += run.text + "\n";
  }
  run.text.clear();
}

void Strings::feed(Bytes bytes) {
  for (const uint8_t byte : bytes) {
    if (cut_) return;
    // A wide run is a printable byte and a zero by turns.
    if (zero_expected_ && byte != 0) {
      if (!wide_.text.empty()) wide_.text.pop_back();
      end(wide_);
    }
    if (zero_expected_ && byte == 0) {
      zero_expected_ = false;
    } else if (is_printable(byte)) {
      wide_.text += static_cast<char>(byte);
      zero_expected_ = true;
    } else {
      end(wide_);
      zero_expected_ = false;
    }
    if (is_printable(byte))
      narrow_.text += static_cast<char>(byte);
    else
      end(narrow_);
    if (narrow_.text.size() == kRunMax) end(narrow_);
    if (wide_.text.size() == kRunMax) end(wide_);
  }
}

std::string Strings::finish() {
  if (zero_expected_ && !wide_.text.empty()) wide_.text.pop_back();
  end(wide_);
  end(narrow_);
  if (cut_) out_ += "(more were left out)\n";
  return std::move(out_);
}

}  // namespace picket::respond
