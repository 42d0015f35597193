// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"
#include "store/sqlite.h"

// What people decide is kept in small files of their own beside the segments: they outlive them,
// and several processes may write them (the agent's console, commands of root). Values; any thread,
// each opening its own.
namespace picket::store {

// nullopt: nobody decided anything yet.
Result<std::optional<Database>> open_people_file_to_read(const std::string& folder,
                                                         const std::string& name);
// Made when it is not there, with the folder's owner; `mode` is for a new one. `tables` is SQL that
// may be run again.
Result<Database> open_people_file(const std::string& folder, const std::string& name,
                                  const char* tables, mode_t mode);

// Runs `work` as one transaction: all of it or nothing.
template <typename Work>
Result<void> as_one(const Database& database, const Work& work) {
  TRY(database.run("BEGIN IMMEDIATE"));
  const auto done = [&]() -> Result<void> {
    TRY(work());
    return database.run("COMMIT");
  }();
  if (!done) (void)database.run("ROLLBACK");
  return done;
}

}  // namespace picket::store
