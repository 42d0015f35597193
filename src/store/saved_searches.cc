// SPDX-License-Identifier: Apache-2.0
#include "store/saved_searches.h"

#include "store/people_file.h"

namespace picket::store {
namespace {

constexpr const char* kSearchesFile = "searches.db";
constexpr mode_t kSearchesMode = 0640;
constexpr const char* kSearchesTables =
    "CREATE TABLE IF NOT EXISTS search(name TEXT PRIMARY KEY, query TEXT NOT NULL, "
    "who TEXT NOT NULL, time INTEGER NOT NULL);";

}  // namespace

Result<std::vector<SavedSearch>> SavedSearches::all() const {
  std::vector<SavedSearch> out;
  TRY_ASSIGN(const auto database, open_people_file_to_read(folder_, kSearchesFile));
  if (!database) return out;
  TRY_ASSIGN(Statement rows,
             database->prepare("SELECT name,query,who,time FROM search ORDER BY name"));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    out.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)),
                   WallTime{rows.number(3)}});
  }
}

Result<void> SavedSearches::put(const SavedSearch& saved) const {
  TRY_ASSIGN(const Database database,
             open_people_file(folder_, kSearchesFile, kSearchesTables, kSearchesMode));
  return as_one(database, [&]() -> Result<void> {
    TRY_ASSIGN(const int64_t count, database.number("SELECT count(*) FROM search"));
    if (count >= static_cast<int64_t>(kSearchesMax))
      return failure("there are " + std::to_string(kSearchesMax) + " searches already",
                     "Remove some.");
    TRY_ASSIGN(Statement put,
               database.prepare("INSERT OR REPLACE INTO search VALUES(?1,?2,?3,?4)"));
    int place = 0;
    for (const std::string* text : {&saved.name, &saved.query, &saved.by})
      put.bind(++place, std::string_view(*text));
    put.bind(++place, saved.at.ns);
    TRY(put.step());
    return {};
  });
}

Result<bool> SavedSearches::remove(const std::string& name) const {
  TRY_ASSIGN(const Database database,
             open_people_file(folder_, kSearchesFile, kSearchesTables, kSearchesMode));
  TRY_ASSIGN(Statement gone, database.prepare("DELETE FROM search WHERE name=?1 RETURNING name"));
  gone.bind(1, std::string_view(name));
  return gone.step();
}

}  // namespace picket::store
