// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "detect/suricata/keyword/content_check.h"
#include "detect/suricata/rule.h"

namespace picket::detect::suricata {

// Chooses the pattern of a rule that the prefilter looks for: what its author marked with
// fast_pattern, else the one least likely to stand in ordinary traffic: long, of rare bytes, in a
// buffer that holds more than a few set words.
class PatternChoice {
 public:
  static constexpr size_t kLengthMax = 64;  // bytes of a pattern that are looked for

  void offer(const keyword::ContentCheck& content, const BufferSlot& slot, uint16_t place);
  const PrefilterPattern& best() const { return best_; }

 private:
  PrefilterPattern best_;
  unsigned score_ = 0;
};

}  // namespace picket::detect::suricata
