// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/user_book.h"

#include <algorithm>

#include "app/web/access/password.h"
#include "base/utf8.h"
#include "store/people_file.h"

namespace picket::app::web::access {
namespace {

constexpr const char* kFile = "console.db";
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS user(name TEXT PRIMARY KEY, role TEXT NOT NULL, "
    "hash TEXT NOT NULL, changed INTEGER NOT NULL);";
constexpr mode_t kMode = 0600;

struct Row {
  User user;
  std::string hash;
};

Result<std::vector<Row>> rows_of(const store::Database& database) {
  std::vector<Row> out;
  // A file of an older picket may have other tables only.
  TRY_ASSIGN(const int64_t there,
             database.number("SELECT count(*) FROM sqlite_master WHERE name='user'"));
  if (there == 0) return out;
  TRY_ASSIGN(store::Statement rows,
             database.prepare("SELECT name,role,hash,changed FROM user ORDER BY name"));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    const auto role = parse_role(rows.text(1));
    if (role)
      out.push_back({{std::string(rows.text(0)), *role, WallTime{rows.number(3)}},
                     std::string(rows.text(2))});
  }
}

Result<std::vector<Row>> read_rows(const std::string& folder) {
  TRY_ASSIGN(const auto database, store::open_people_file_to_read(folder, kFile));
  if (!database) return std::vector<Row>();
  return rows_of(*database);
}

Result<void> write_row(const store::Database& database, const Row& row) {
  TRY_ASSIGN(store::Statement put,
             database.prepare("INSERT OR REPLACE INTO user VALUES(?1,?2,?3,?4)"));
  put.bind(1, std::string_view(row.user.name));
  put.bind(2, text(row.user.role));
  put.bind(3, std::string_view(row.hash));
  put.bind(4, row.user.changed.ns);
  TRY(put.step());
  return {};
}

}  // namespace

bool is_user_name(std::string_view name) {
  constexpr std::string_view kAlso = "._@-";
  return !name.empty() && name.size() <= UserBook::kNameMax &&
         std::ranges::all_of(name, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kAlso.find(c) != std::string_view::npos;
         });
}

Result<std::vector<User>> UserBook::all() const {
  TRY_ASSIGN(const auto rows, read_rows(folder_));
  std::vector<User> out;
  for (const Row& row : rows) out.push_back(row.user);
  return out;
}

Result<std::optional<User>> UserBook::find(const std::string& name) const {
  TRY_ASSIGN(const auto users, all());
  const auto at = std::ranges::find(users, name, &User::name);
  return at == users.end() ? std::nullopt : std::optional(*at);
}

Result<User> UserBook::put(const std::string& name, Role role,
                           const std::optional<std::string>& password, WallTime now) const {
  if (!is_user_name(name))
    return failure("\"" + printable(name) + "\" is no name of a user",
                   "Use letters, digits and . _ @ -, at most 64.");
  Row made{{name, role, now}, {}};
  if (password) {
    TRY_ASSIGN(made.hash, hash_password(*password));
  }
  TRY_ASSIGN(const store::Database database,
             store::open_people_file(folder_, kFile, kTables, kMode));
  TRY(store::as_one(database, [&]() -> Result<void> {
    TRY_ASSIGN(const auto rows, rows_of(database));
    const auto at =
        std::ranges::find_if(rows, [&](const Row& row) { return row.user.name == name; });
    if (at == rows.end() && !password)
      return failure("there is no user " + name, "A new one needs a password.");
    if (at == rows.end() && rows.size() >= kUsersMax)
      return failure("there are " + std::to_string(kUsersMax) + " users already", "Remove some.");
    if (!password) made.hash = at->hash;
    return write_row(database, made);
  }));
  return made.user;
}

Result<bool> UserBook::remove(const std::string& name) const {
  TRY_ASSIGN(const auto known, find(name));
  if (!known) return false;
  TRY_ASSIGN(const store::Database database,
             store::open_people_file(folder_, kFile, kTables, kMode));
  TRY_ASSIGN(store::Statement gone, database.prepare("DELETE FROM user WHERE name=?1"));
  gone.bind(1, std::string_view(name));
  TRY(gone.step());
  return true;
}

Result<std::optional<User>> UserBook::check(const std::string& name,
                                            const std::string& password) const {
  TRY_ASSIGN(const auto rows, read_rows(folder_));
  const auto at = std::ranges::find_if(rows, [&](const Row& row) { return row.user.name == name; });
  if (at == rows.end()) {
    spend_a_check(password);
    return std::nullopt;
  }
  return password_fits(password, at->hash) ? std::optional(at->user) : std::nullopt;
}

}  // namespace picket::app::web::access
