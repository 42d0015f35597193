// SPDX-License-Identifier: Apache-2.0
#include "app/exceptions/exception_book.h"

#include <array>

#include "store/people_file.h"

namespace picket::app::exceptions {
namespace {

constexpr const char* kFile = "exceptions.db";
constexpr mode_t kMode = 0640;
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS exception(id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT, "
    "program TEXT, parent TEXT, sha256 TEXT, address TEXT, name TEXT, host TEXT, reason TEXT, "
    "who TEXT, time INTEGER, expires INTEGER, hidden INTEGER, last_hidden INTEGER);";

// The texts of an exception in the order of their columns.
std::array<std::string*, 9> texts_of(Exception& exception) {
  return {&exception.rule,   &exception.program, &exception.parent,
          &exception.sha256, &exception.address, &exception.name,
          &exception.host,   &exception.reason,  &exception.by};
}

Result<std::vector<Exception>> read_all(const store::Database& database) {
  std::vector<Exception> out;
  TRY_ASSIGN(store::Statement rows,
             database.prepare("SELECT rule,program,parent,sha256,address,name,host,reason,who,id,"
                              "time,expires,hidden,last_hidden FROM exception ORDER BY id"));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    Exception& one = out.emplace_back();
    int place = 0;
    for (std::string* text : texts_of(one)) *text = rows.text(place++);
    one.id = rows.number(9);
    one.at = WallTime{rows.number(10)};
    if (!rows.is_null(11)) one.expires = WallTime{rows.number(11)};
    one.hidden = static_cast<uint64_t>(rows.number(12));
    one.last_hidden = WallTime{rows.number(13)};
  }
}

}  // namespace

Result<std::vector<Exception>> ExceptionBook::all() const {
  TRY_ASSIGN(const auto database, store::open_people_file_to_read(folder_, kFile));
  if (!database) return std::vector<Exception>();
  return read_all(*database);
}

Result<Exception> ExceptionBook::add(Exception exception) const {
  TRY(check(exception));
  TRY_ASSIGN(const store::Database database,
             store::open_people_file(folder_, kFile, kTables, kMode));
  const auto kept = store::as_one(database, [&]() -> Result<void> {
    TRY_ASSIGN(const int64_t count, database.number("SELECT count(*) FROM exception"));
    if (count >= static_cast<int64_t>(kExceptionsMax))
      return failure("there are " + std::to_string(kExceptionsMax) + " exceptions already",
                     "Remove some: those that expired, or hid nothing.");
    TRY_ASSIGN(store::Statement put,
               database.prepare("INSERT INTO exception(rule,program,parent,sha256,address,name,"
                                "host,reason,who,time,expires,hidden,last_hidden) "
                                "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,0,0)"));
    int place = 0;
    for (const std::string* text : texts_of(exception)) put.bind(++place, std::string_view(*text));
    put.bind(10, exception.at.ns);
    if (exception.expires) put.bind(11, exception.expires->ns);
    TRY(put.step());
    exception.id = database.last_row();
    return {};
  });
  TRY(kept);
  return exception;
}

Result<bool> ExceptionBook::remove(int64_t id) const {
  TRY_ASSIGN(const store::Database database,
             store::open_people_file(folder_, kFile, kTables, kMode));
  TRY_ASSIGN(store::Statement gone,
             database.prepare("DELETE FROM exception WHERE id=?1 RETURNING id"));
  gone.bind(1, id);
  return gone.step();
}

Result<void> ExceptionBook::add_hidden(const std::map<int64_t, Hidden>& hidden) const {
  if (hidden.empty()) return {};
  TRY_ASSIGN(const store::Database database,
             store::open_people_file(folder_, kFile, kTables, kMode));
  return store::as_one(database, [&]() -> Result<void> {
    TRY_ASSIGN(store::Statement put,
               database.prepare("UPDATE exception SET hidden=hidden+?2, "
                                "last_hidden=max(last_hidden,?3) WHERE id=?1"));
    for (const auto& [id, more] : hidden) {
      put.reset();
      put.bind(1, id);
      put.bind(2, static_cast<int64_t>(more.count));
      put.bind(3, more.last.ns);
      TRY(put.step());
    }
    return {};
  });
}

}  // namespace picket::app::exceptions
