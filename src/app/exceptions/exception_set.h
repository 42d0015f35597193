// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/exceptions/exception_book.h"

namespace picket::app::exceptions {

// The agent's exceptions in force: asked for each alert, changed by the console. Any thread.
class ExceptionSet {
 public:
  explicit ExceptionSet(std::string folder) : book_(std::move(folder)) {}

  // Reads the file anew; what was in force stays so on an error.
  Result<void> load();
  // Whether one that has not expired hides the alert; it is counted then.
  bool hides(const event::Alert& alert, WallTime now);

  // Writes what was counted since the last call. Needs the right to write the folder.
  Result<void> write_counts();

  const ExceptionBook& book() const { return book_; }

 private:
  const ExceptionBook book_;
  std::mutex mutex_;
  std::vector<Exception> in_force_;
  std::map<int64_t, ExceptionBook::Hidden> counted_;
};

}  // namespace picket::app::exceptions
