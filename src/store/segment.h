// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "schema/record.h"
#include "store/sqlite.h"

// One file of a store (docs/formats/store.md): a table for each kind of record, a dictionary of
// texts, and incidents. A store is a folder of these; each is written by one process at a time and
// never changed once another has been begun, so that old ones go by deleting a file.
namespace picket::store {

constexpr int64_t kFormatVersion = 1;           // PRAGMA user_version
constexpr int64_t kApplicationId = 0x504b5354;  // "PKST"

// An incident as it is kept: what it says is JSON (docs/formats/incidents.md).
struct KeptIncident {
  std::string id;
  WallTime updated, from, until;
  int64_t priority = 0;
  std::string json;
  std::string merged_into;  // it turned out to be part of another; empty: it stands
};

// Appends to one segment. Everything between begin() and commit() is kept together or not at all.
// One thread.
class SegmentWriter {
 public:
  static constexpr size_t kTextsCached = 100'000;
  static constexpr size_t kCrowdedMax = 10'000;

  // kAppend or kBuild. A file of an older format is copied beside itself before it is changed; a
  // damaged one, or one of a newer format, is an error and is left as it is.
  static Result<SegmentWriter> open(const std::string& path, Database::Mode mode);

  Result<void> begin();
  Result<void> append(const schema::Record& record);
  Result<void> put(const KeptIncident& incident);
  // A number to be found again in the table `meta`.
  Result<void> note(std::string_view name, int64_t value);
  Result<void> commit();
  void roll_back();

  // Of the pages in use; what waits in the log is not counted.
  Result<uint64_t> bytes() const;
  // Names the file as ended in order, so that the next start need not look through it.
  Result<void> close_in_order();
  const std::string& path() const { return database_.path(); }

 private:
  struct Table {
    std::vector<schema::Field> fields;
    std::optional<Statement> insert;
    int64_t last_row = 0;
    // Where to go on for microseconds that had more than kRowsPerMicrosecond records.
    std::unordered_map<int64_t, int64_t> crowded;
  };
  explicit SegmentWriter(Database&& database) : database_(std::move(database)) {}
  Result<void> prepare();
  Result<void> bind_value(Statement& insert, int place, schema::Field field,
                          const schema::Value& value);
  Result<int64_t> text_id(std::string_view text);
  static Result<void> insert_row(Table& table, WallTime time);

  Database database_;
  std::array<Table, schema::kKindCount> tables_;
  std::optional<Statement> find_text_, add_text_, put_incident_;
  std::unordered_map<std::string, int64_t> texts_;
};

// The fields that have a column in the kind's table, in the order of the columns after `row`; the
// column `body` is last.
std::vector<schema::Field> columns_of(schema::Kind kind);
// Makes the tables of a new file.
std::string table_definitions();
// Adds the columns that fields declared since the file was made need. For readers these are
// temporary views; the file stays as it is.
Result<void> add_missing_columns(const Database& database, bool for_reading);

}  // namespace picket::store
