// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "app/exceptions/exception.h"

namespace picket::app::exceptions {

// The exceptions of a folder, in exceptions.db beside the store: they outlive rule updates and
// restarts. Each call opens the file anew; any thread, several processes.
class ExceptionBook {
 public:
  static constexpr size_t kExceptionsMax = 1000;

  explicit ExceptionBook(std::string folder) : folder_(std::move(folder)) {}

  Result<std::vector<Exception>> all() const;  // in the order they were made
  // With its number. Refuses what check() refuses.
  Result<Exception> add(Exception exception) const;
  Result<bool> remove(int64_t id) const;  // false: there was none

  struct Hidden {
    uint64_t count = 0;
    WallTime last;
  };
  // Adds to what each has hidden.
  Result<void> add_hidden(const std::map<int64_t, Hidden>& hidden) const;

 private:
  std::string folder_;
};

}  // namespace picket::app::exceptions
