// SPDX-License-Identifier: Apache-2.0
#include "app/history/store_folder.h"

#include <cerrno>
#include <cstdio>

#include "base/utf8.h"

namespace picket::app::history {

Result<store::Reader> open_store(const std::string& folder) {
  auto reader = store::Reader::open(folder);
  if (reader) return reader;
  Error error = reader.error();
  if (error.code == ENOENT)
    error.next =
        "picket run keeps a history there, picket analyze --store DIR another; "
        "name a folder with --state.";
  else if (error.code == EACCES)
    error.next = "The history is for root and the members of the agent's group.";
  return std::unexpected(std::move(error));
}

bool tell_problems(const store::Reader& reader) {
  for (const std::string& problem : reader.problems())
    std::fprintf(stderr, "picket: not all was read: %s\n", printable(problem).c_str());
  return !reader.problems().empty();
}

}  // namespace picket::app::history
