// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "base/byte_reader.h"

namespace picket::respond {

// The runs of printable characters in a file, one a line, in order, as ASCII and as UTF-16LE: what
// an analyst looks at first. Fed in pieces; runs over their ends are kept whole. Ends at kBytesMax,
// and says so in its last line.
class Strings {
 public:
  static constexpr size_t kRunMin = 6;
  static constexpr size_t kRunMax = 1024;  // a longer one is told in parts
  static constexpr size_t kBytesMax = 4u << 20;

  void feed(Bytes bytes);
  std::string finish();

 private:
  struct Run {
    std::string text;
    bool wide = false;
  };
  void end(Run& run);

  std::string out_;
  Run narrow_, wide_;
  bool zero_expected_ = false;
  bool cut_ = false;
};

}  // namespace picket::respond
