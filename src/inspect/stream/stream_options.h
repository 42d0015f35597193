// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "inspect/app/exception_policy.h"
#include "inspect/app/settings.h"

namespace picket::inspect::stream {

// Whose data holds where segments overlap with different content, by the receiver's operating
// system: J. Novak, S. Sturges, "Target-Based TCP Stream Reassembly", 2007.
enum class OverlapPolicy : uint8_t {
  kFirst,
  kLast,
  kBsd,
  kBsdRight,
  kLinux,
  kOldLinux,
  kSolaris,
  kHpux10,
  kHpux11,
  kIrix,
  kMacos,
  kWindows,
  kVista,
  kWindows2003,
};

// What the user may set about streams and flows; read-only after the start.
struct StreamOptions {
  bool midstream = false;      // flows whose start was not seen are followed
  bool async_oneside = false;  // of which only one direction is seen
  bool inline_mode = false;    // bytes count when they pass, not when acknowledged
  bool drop_invalid = true;
  uint64_t depth = 1 << 20;  // bytes of each direction that are put together; 0: all
  uint64_t chunk = 2560;     // fresh bytes at which stream rules look
  unsigned synack_queued_max = 5;
  // For flows whose start was not seen, also when `midstream` follows them.
  ExceptionPolicy midstream_policy = ExceptionPolicy::kIgnore;
  // Most specific prefix first.
  std::vector<std::pair<Prefix, OverlapPolicy>> policies;

  OverlapPolicy policy_of(const IpAddress& receiver) const;
  // `ips`: packets can be stopped, so what is odd is dropped unless told otherwise, and bytes count
  // when they pass. An error names the setting that is not understood.
  static Result<StreamOptions> from(const Settings& settings, bool ips = false);
};

}  // namespace picket::inspect::stream
