// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "detect/suricata/pattern_index.h"

namespace picket::detect::suricata {

// Compiled patterns kept on disk between runs, in one file named after a SHA-256 of the patterns,
// the Vectorscan version and the CPU (docs/formats/pattern_cache.md): another rule set has another
// file, so nothing in it is ever out of date. Written aside and renamed, so a reader sees a whole
// file or none; damaged or foreign files are passed over. A folder of "" keeps nothing. The folder
// must belong to the user alone: what is read from it is trusted.
class PatternCache {
 public:
  PatternCache(const std::string& folder,
               const std::vector<std::vector<PatternIndex::Pattern>>& groups,
               const std::vector<bool>& every_match);

  // Hands over all indexes, or returns false and hands over nothing of use.
  bool load(const std::function<void(size_t group, PatternIndex index)>& take) const;
  // A failure to write is counted (suricata.cache_unwritten) and otherwise has no effect.
  void store(const std::function<const PatternIndex&(size_t group)>& get) const;
  const std::string& path() const { return path_; }

 private:
  std::string folder_, path_;
  size_t groups_ = 0;
};

}  // namespace picket::detect::suricata
