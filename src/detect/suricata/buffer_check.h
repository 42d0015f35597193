// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "detect/suricata/match_scope.h"

namespace picket::detect::suricata {

// One walk of a list of checks over the bytes of one buffer.
struct BufferWalk {
  Bytes bytes;
  uint64_t base = 0;      // of bytes[0] in the whole body or stream; 0: this is the begin
  bool ends_here = true;  // nothing follows these bytes
  std::string_view name;  // of the buffer, for evidence
  MatchScope& scope;
  uint32_t cursor = 0;  // end of the last match: what relative checks count from
};

// One condition on the bytes of a buffer: a keyword's matcher. Immutable, lives in the rule set's
// arena.
class BufferCheck {
 public:
  enum class Kind : uint8_t {
    kOnce,     // holds or not: matches()
    kRepeated  // may hold at several places: next()
  };
  // kOnce. May move walk.cursor.
  virtual bool matches(BufferWalk& walk) const = 0;
  // kRepeated: the first match that begins at or after `from` (a place in bytes, ~0u at first),
  // cursor set behind it; returns where the next attempt would begin, or kNoMatch.
  static constexpr uint32_t kNoMatch = ~uint32_t{0};
  static constexpr uint32_t kFirst = ~uint32_t{0} - 1;
  virtual uint32_t next(BufferWalk&, uint32_t /*origin*/, uint32_t /*from*/) const {
    return kNoMatch;
  }

  const Kind kind;
  bool later_depends = false;  // a check behind this one is relative: another place may succeed
  bool relative = false;

 protected:
  explicit BufferCheck(Kind checked_kind) : kind(checked_kind) {}
  ~BufferCheck() = default;
};

using BufferChecks = std::span<const BufferCheck* const>;

// True when all checks hold, each behind the one before. Tries further places of repeated checks as
// long as later ones depend on them; at most MatchScope::kStepsMax attempts (counter
// suricata.steps_max).
bool walk_matches(BufferChecks checks, BufferWalk& walk);

}  // namespace picket::detect::suricata
