// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "event/alert.h"
#include "incident/incident.h"

namespace picket::incident {

// A text that alerts which belong together share, and for how long after the last of them.
struct TieKey {
  std::string key;
  Tie tie = Tie::kProcess;
  std::string words;  // what is shared, for people
  int64_t window_ns = 0;
};

// What `alert` may be tied by, lineage aside. Low alerts have their process only.
std::vector<TieKey> tie_keys(const event::Alert& alert);

// Under which a process that raised an alert worth waking for is found by its descendants, and a
// process whose descendant did by itself.
std::string wakes_key(const std::string& process);
std::string child_key(const std::string& process);

// Programs there belong to the system: many processes run them, for many reasons.
bool in_system_folder(std::string_view path);

}  // namespace picket::incident
