// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "search/sql.h"

struct sqlite3;
struct sqlite3_stmt;

// SQLite with owners for its handles and Result for its codes. A connection and its statements
// belong to one thread.
namespace picket::store {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  // From 1. Text is copied.
  void bind(int place, int64_t number);
  void bind(int place, double number);
  void bind(int place, std::string_view text);
  void bind(int place, const search::Blob& blob);
  void bind_null(int place);
  void bind_all(const std::vector<search::Bind>& values);

  // True: there is a row. The error's code is SQLite's.
  Result<bool> step();
  // Ready to run again; what is bound stays.
  void reset();

  // Of the current row, from 0; valid until the next step.
  bool is_null(int place) const;
  int64_t number(int place) const;
  double real(int place) const;
  std::string_view text(int place) const;  // blobs too

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
 public:
  enum class Mode : uint8_t {
    kRead,    // must exist; nothing is written to it
    kAppend,  // made when it is not there; write-ahead log, safe against power loss at each commit
    kBuild,   // made anew in one go, without a log: useless until it is whole
  };
  static Result<Database> open(const std::string& path, Mode mode);

  Result<Statement> prepare(std::string_view sql) const;
  Result<void> run(const std::string& sql) const;      // several statements
  Result<int64_t> number(std::string_view sql) const;  // first column of the first row; 0: no row
  int64_t last_row() const;
  // What runs gives up, with an error, soon after `stop` says so. It is borrowed for good.
  void stop_when(const std::function<bool()>& stop) const;
  const std::string& path() const { return path_; }
  Error error(std::string_view doing) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// Whether a code of an Error says that the file itself is damaged, or no store at all.
bool is_damage(int code);

}  // namespace picket::store
