// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace picket::store {

struct SavedSearch {
  std::string name, query, by;
  WallTime at;
};

// Queries that people gave names, in searches.db beside the segments. Each call opens the file
// anew; any thread, several processes.
class SavedSearches {
 public:
  static constexpr size_t kSearchesMax = 1000;
  static constexpr size_t kNameMax = 100;

  explicit SavedSearches(std::string folder) : folder_(std::move(folder)) {}
  Result<std::vector<SavedSearch>> all() const;      // by name
  Result<void> put(const SavedSearch& saved) const;  // replaces one of that name
  Result<bool> remove(const std::string& name) const;

 private:
  std::string folder_;
};

}  // namespace picket::store
