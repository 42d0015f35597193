// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <sqlite3.h>

namespace picket::store {
namespace {

constexpr int kBusyMs = 5000;
constexpr int kStepsBetweenAsking = 10'000;  // of SQLite's machine: below a millisecond

// Nothing a file holds may make SQLite do more than read and write that file.
void harden(sqlite3* handle) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
}

constexpr const char* kAppendSettings =
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA journal_size_limit=16777216;";
constexpr const char* kBuildSettings =
    "PRAGMA page_size=8192; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;";
constexpr const char* kReadSettings = "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;";

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

void Statement::bind(int place, int64_t number) {
  sqlite3_bind_int64(handle_.get(), place, number);
}
void Statement::bind(int place, double number) {
  sqlite3_bind_double(handle_.get(), place, number);
}
void Statement::bind(int place, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}
void Statement::bind(int place, const search::Blob& blob) {
  sqlite3_bind_blob64(handle_.get(), place, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
}
void Statement::bind_null(int place) { sqlite3_bind_null(handle_.get(), place); }

void Statement::bind_all(const std::vector<search::Bind>& values) {
  int place = 0;
  for (const search::Bind& value : values)
    std::visit([&](const auto& one) { bind(++place, one); }, value);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(Error{sqlite3_errmsg(sqlite3_db_handle(handle_.get())), {}, code});
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

bool Statement::is_null(int place) const {
  return sqlite3_column_type(handle_.get(), place) == SQLITE_NULL;
}
int64_t Statement::number(int place) const { return sqlite3_column_int64(handle_.get(), place); }
double Statement::real(int place) const { return sqlite3_column_double(handle_.get(), place); }
std::string_view Statement::text(int place) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), place));
  const int size = sqlite3_column_bytes(handle_.get(), place);
  return bytes ? std::string_view(bytes, static_cast<size_t>(size)) : std::string_view();
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  const int flags =
      mode == Mode::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  Database database(handle, path);
  if (!handle) return failure(path + ": out of memory");
  if (code != SQLITE_OK) return std::unexpected(database.error("open"));
  harden(handle);
  sqlite3_busy_timeout(handle, kBusyMs);
  int keep = 1;
  if (mode == Mode::kAppend) {
    TRY(database.run(kAppendSettings));
    // Readers without the right to write need the log's files to be there.
    sqlite3_file_control(handle, nullptr, SQLITE_FCNTL_PERSIST_WAL, &keep);
  } else {
    TRY(database.run(mode == Mode::kBuild ? kBuildSettings : kReadSettings));
  }
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), 0, &statement,
                         nullptr) != SQLITE_OK)
    return std::unexpected(error("prepare"));
  return Statement(statement);
}

Result<void> Database::run(const std::string& sql) const {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(error("run " + sql.substr(0, sql.find_first_of("(;"))));
  return {};
}

Result<int64_t> Database::number(std::string_view sql) const {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }

void Database::stop_when(const std::function<bool()>& stop) const {
  const auto ask = [](void* given) {
    return (*static_cast<const std::function<bool()>*>(given))() ? 1 : 0;
  };
  sqlite3_progress_handler(handle_.get(), kStepsBetweenAsking, ask,
                           const_cast<std::function<bool()>*>(&stop));
}

Error Database::error(std::string_view doing) const {
  return Error{path_ + ": cannot " + std::string(doing) + ": " + sqlite3_errmsg(handle_.get()),
               {},
               sqlite3_errcode(handle_.get())};
}

bool is_damage(int code) {
  const int kind = code & 0xff;
  return kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_FORMAT;
}

}  // namespace picket::store
