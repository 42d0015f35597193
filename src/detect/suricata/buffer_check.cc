// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/buffer_check.h"

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter steps_max{"suricata.steps_max", "rule evaluations given up after too many attempts"};

bool walk_from(BufferChecks checks, size_t at, BufferWalk& walk) {
  for (; at < checks.size(); ++at) {
    const BufferCheck& check = *checks[at];
    if (check.kind == BufferCheck::Kind::kOnce) {
      if (!check.matches(walk)) return false;
      continue;
    }
    uint32_t origin = walk.cursor, from = BufferCheck::kFirst;
    while (true) {
      if (++walk.scope.steps > MatchScope::kStepsMax) {
        if (walk.scope.steps == MatchScope::kStepsMax + 1) steps_max.add();
        return false;
      }
      from = check.next(walk, origin, from);
      if (from == BufferCheck::kNoMatch) return false;
      if (!check.later_depends) break;  // no other place would help: go on without recursion
      if (walk_from(checks, at + 1, walk)) return true;
    }
  }
  return true;
}

}  // namespace

bool walk_matches(BufferChecks checks, BufferWalk& walk) {
  walk.scope.steps = 0;
  return walk_from(checks, 0, walk);
}

}  // namespace picket::detect::suricata
