// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/activity.h"

namespace picket::incident {

// Which process started which, learnt from what the sources tell of processes. Beyond kProcessesMax
// further ones are counted (incident.lineage_full) and not learnt. Not thread-safe.
class Lineage {
 public:
  static constexpr size_t kProcessesMax = 500'000;
  static constexpr size_t kDepthMax = 16;

  explicit Lineage(size_t processes_max = kProcessesMax) : processes_max_(processes_max) {}

  // Takes in what is known of a process and its parent.
  void learn(std::string_view host, const event::Actor& actor);

  // The keys (process_key) of the process' ancestors, nearest first, at most kDepthMax.
  std::vector<std::string> ancestors(std::string_view host, const event::Actor& actor) const;

 private:
  const size_t processes_max_;
  std::unordered_map<std::string, std::string> parents_;  // by process_key: the parent's
};

// The key of the process that started `actor`; empty: not known.
std::string parent_key(std::string_view host, const event::Actor& actor);

}  // namespace picket::incident
