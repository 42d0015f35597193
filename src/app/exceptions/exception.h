// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "event/alert.h"

namespace picket::app::exceptions {

// Alerts of which all that is given here holds are not raised. A value; empty: any.
struct Exception {
  static constexpr size_t kTextMax = 4096;  // of one condition, and of the reason

  int64_t id = 0;
  std::string rule;             // the rule's id
  std::string program, parent;  // full paths, * and ? as wildcards, in either case
  std::string sha256;           // of the program, lower case
  std::string address;          // of the other side: an address or a block
  std::string name;             // of the other side, * and ? as wildcards
  std::string host;
  std::string reason, by;
  WallTime at;
  std::optional<WallTime> expires;
  uint64_t hidden = 0;  // alerts so far
  WallTime last_hidden;

  bool expired(WallTime now) const { return expires && *expires <= now; }
};

// Refuses one without a condition or a reason, and what could never hold.
Result<void> check(const Exception& exception);

// Whether the alert would not be raised, expiry apart. An alert whose hash is not known yet is not
// hidden by hash. Pure.
bool hides(const Exception& exception, const event::Alert& alert);

}  // namespace picket::app::exceptions
