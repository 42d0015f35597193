// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "detect/suricata/pattern_index.h"
#include "detect/suricata/private_folder.h"

namespace picket::detect::suricata {

// Compiled patterns kept on disk between runs, in one file named after a SHA-256 of the patterns,
// the Vectorscan version and the CPU (docs/formats/pattern_cache.md): another rule set has another
// file, so nothing in it is ever out of date. Damaged or foreign files are passed over. A folder of
// "", or one that others could write (PrivateFolder), keeps nothing, the latter counted in
// suricata.cache_untrusted. At most kFilesMax files are kept, the oldest go.
class PatternCache {
 public:
  static constexpr size_t kFilesMax = 8;
  static constexpr size_t kFileBytesMax = size_t{512} * 1024 * 1024;

  PatternCache(const std::string& folder,
               const std::vector<std::vector<PatternIndex::Pattern>>& groups,
               const std::vector<bool>& every_match);

  // Hands over all indexes, or returns false and hands over nothing of use.
  bool load(const std::function<void(size_t group, PatternIndex index)>& take) const;
  // A failure to write is counted (suricata.cache_unwritten) and otherwise has no effect.
  void store(const std::function<const PatternIndex&(size_t group)>& get) const;
  const std::string& path() const { return path_; }  // empty: nothing is kept

 private:
  std::optional<PrivateFolder> folder_;
  std::string name_, path_;
  size_t groups_ = 0;
};

}  // namespace picket::detect::suricata
