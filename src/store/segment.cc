// SPDX-License-Identifier: Apache-2.0
#include "store/segment.h"

#include <sqlite3.h>

#include <filesystem>

#include "base/counter.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Type;

Counter records_written{"store.records", "records written to the store"};
Counter rows_moved{"store.row_moved",
                   "records kept some microseconds later: too many of one microsecond"};

// Garbage or a half-written file must not be appended to. Quick where it was ended in order.
Result<void> check_whole(const Database& database) {
  TRY_ASSIGN(const int64_t in_order,
             database.number("SELECT value FROM meta WHERE name='ended_in_order'"));
  if (in_order != 0) return {};
  TRY_ASSIGN(Statement check, database.prepare("PRAGMA quick_check(1)"));
  TRY_ASSIGN(const bool row, check.step());
  if (row && check.text(0) == "ok") return {};
  return std::unexpected(
      Error{database.path() + ": damaged: " + std::string(row ? check.text(0) : std::string_view()),
            {},
            SQLITE_CORRUPT});
}

Result<void> copy_beside(const std::string& path, int64_t version) {
  std::error_code error;
  const std::string backup = path + ".v" + std::to_string(version) + ".backup";
  std::filesystem::copy_file(path, backup, std::filesystem::copy_options::overwrite_existing,
                             error);
  if (error)
    return failure(path +
                   ": no copy could be made before its format is changed: " + error.message());
  return {};
}

// From what the file is to what this picket writes.
Result<void> bring_up_to_date(const Database& database) {
  TRY_ASSIGN(const int64_t version, database.number("PRAGMA user_version"));
  TRY_ASSIGN(const int64_t tables, database.number("SELECT count(*) FROM sqlite_master"));
  if (tables == 0)
    return database.run("BEGIN;" + table_definitions() +
                        "PRAGMA application_id=" + std::to_string(kApplicationId) +
                        ";PRAGMA user_version=" + std::to_string(kFormatVersion) + ";COMMIT;");
  TRY_ASSIGN(const int64_t application, database.number("PRAGMA application_id"));
  if (application != kApplicationId) return failure(database.path() + ": not a store of picket's");
  if (version > kFormatVersion)
    return failure(database.path() + ": written by a newer picket (format " +
                   std::to_string(version) + ")");
  TRY(check_whole(database));
  TRY_ASSIGN(const int64_t columns, database.number("SELECT value FROM meta WHERE name='fields'"));
  const auto fields = static_cast<int64_t>(schema::fields().size());
  if (version == kFormatVersion && columns >= fields) return {};
  TRY(database.run("PRAGMA wal_checkpoint(TRUNCATE)"));
  TRY(copy_beside(database.path(), version));
  TRY(database.run("BEGIN"));
  TRY(add_missing_columns(database, false));
  return database.run("PRAGMA user_version=" + std::to_string(kFormatVersion) + ";COMMIT");
}

}  // namespace

Result<SegmentWriter> SegmentWriter::open(const std::string& path, Database::Mode mode) {
  TRY_ASSIGN(Database database, Database::open(path, mode));
  TRY(bring_up_to_date(database));
  SegmentWriter writer(std::move(database));
  TRY(writer.prepare());
  return writer;
}

Result<void> SegmentWriter::prepare() {
  TRY(database_.run("INSERT OR REPLACE INTO meta VALUES('ended_in_order',0),('fields'," +
                    std::to_string(schema::fields().size()) + ")"));
  for (size_t i = 0; i < tables_.size(); ++i) {
    const auto kind = static_cast<schema::Kind>(i);
    Table& table = tables_[i];
    table.fields = columns_of(kind);
    std::string names = "row", places = "?1";
    for (const Field field : table.fields) {
      names += ",\"" + search::column(field) + '"';
      places += ",?";
    }
    TRY_ASSIGN(table.insert, database_.prepare("INSERT INTO \"" + std::string(text(kind)) + "\"(" +
                                               names + ",body) VALUES(" + places + ",?)"));
    TRY_ASSIGN(table.last_row,
               database_.number("SELECT max(row) FROM \"" + std::string(text(kind)) + '"'));
  }
  TRY_ASSIGN(find_text_, database_.prepare("SELECT id FROM text WHERE hash=?1 AND value=?2"));
  TRY_ASSIGN(add_text_, database_.prepare("INSERT INTO text(hash,value) VALUES(?1,?2)"));
  TRY_ASSIGN(put_incident_,
             database_.prepare("INSERT OR REPLACE INTO incident VALUES(?1,?2,?3,?4,?5,?6,?7)"));
  return {};
}

Result<void> SegmentWriter::begin() { return database_.run("BEGIN IMMEDIATE"); }

Result<void> SegmentWriter::commit() { return database_.run("COMMIT"); }

void SegmentWriter::roll_back() {
  (void)database_.run("ROLLBACK");
  texts_.clear();  // some of them are no longer there
}

Result<int64_t> SegmentWriter::text_id(std::string_view text) {
  if (texts_.size() >= kTextsCached) texts_.clear();
  const auto [known, added] = texts_.try_emplace(std::string(text), 0);
  if (!added) return known->second;
  const int64_t hash = search::text_hash(text);
  find_text_->reset();
  find_text_->bind(1, hash);
  find_text_->bind(2, text);
  auto found = find_text_->step();
  if (found && *found) {
    known->second = find_text_->number(0);
    find_text_->reset();  // a query under way would keep the log from being emptied
    return known->second;
  }
  add_text_->reset();
  add_text_->bind(1, hash);
  add_text_->bind(2, text);
  if (found) found = add_text_->step();
  if (!found) {
    texts_.erase(known);
    return std::unexpected(found.error());
  }
  known->second = database_.last_row();
  return known->second;
}

Result<void> SegmentWriter::bind_value(Statement& insert, int place, Field field,
                                       const schema::Value& value) {
  switch (schema::info(field).type) {
    case Type::kText:
    case Type::kPhrase:
    case Type::kList: {
      TRY_ASSIGN(const int64_t id, text_id(std::get<std::string>(value)));
      insert.bind(place, id);
      return {};
    }
    case Type::kFlag: insert.bind(place, int64_t{std::get<bool>(value)}); return {};
    case Type::kReal: insert.bind(place, std::get<double>(value)); return {};
    case Type::kAddress:
      insert.bind(place, search::address_blob(std::get<IpAddress>(value)));
      return {};
    default: insert.bind(place, std::get<int64_t>(value)); return {};
  }
}

// The row after the last where that is of the same microsecond; else the first of the microsecond,
// or the next that is free when others were here before.
Result<void> SegmentWriter::insert_row(Table& table, WallTime time) {
  const int64_t first =
      search::last_row_at(std::max<int64_t>(time.ns, 0)) - (search::kRowsPerMicrosecond - 1);
  const auto within = [first](int64_t row) {
    return row >= first && row < first + search::kRowsPerMicrosecond;
  };
  int64_t row = within(table.last_row) ? table.last_row + 1 : first;
  if (const auto crowd = table.crowded.find(first); crowd != table.crowded.end())
    row = crowd->second;
  for (int64_t stride = 1;; stride *= 2) {
    table.insert->bind(1, row);
    const auto done = table.insert->step();
    table.insert->reset();
    if (done) break;
    if ((done.error().code & 0xff) != SQLITE_CONSTRAINT || stride > int64_t{1} << 30)
      return std::unexpected(done.error());
    row += stride;
  }
  table.last_row = row;
  if (within(row + 1)) return {};
  if (!within(row)) rows_moved.add();
  if (table.crowded.size() >= kCrowdedMax) table.crowded.clear();
  table.crowded[first] = row + 1;
  return {};
}

Result<void> SegmentWriter::append(const schema::Record& record) {
  Table& table = tables_[static_cast<size_t>(record.kind)];
  Statement& insert = *table.insert;
  auto entry = record.entries.begin();
  for (size_t i = 0; i < table.fields.size(); ++i) {
    const int place = static_cast<int>(i) + 2;
    while (entry != record.entries.end() && entry->field < table.fields[i]) ++entry;
    if (entry != record.entries.end() && entry->field == table.fields[i])
      TRY(bind_value(insert, place, entry->field, entry->value));
    else
      insert.bind_null(place);
  }
  const int body = static_cast<int>(table.fields.size()) + 2;
  if (record.body.empty())
    insert.bind_null(body);
  else
    insert.bind(body, std::string_view(record.body));
  TRY(insert_row(table, record.time));
  records_written.add();
  return {};
}

Result<void> SegmentWriter::put(const KeptIncident& incident) {
  Statement& put = *put_incident_;
  put.reset();
  put.bind(1, incident.id);
  put.bind(2, incident.updated.ns);
  put.bind(3, incident.from.ns);
  put.bind(4, incident.until.ns);
  put.bind(5, incident.priority);
  if (incident.merged_into.empty())
    put.bind_null(6);
  else
    put.bind(6, std::string_view(incident.merged_into));
  put.bind(7, std::string_view(incident.json));
  TRY_ASSIGN([[maybe_unused]] const bool row, put.step());
  return {};
}

Result<void> SegmentWriter::note(std::string_view name, int64_t value) {
  TRY_ASSIGN(Statement put, database_.prepare("INSERT OR REPLACE INTO meta VALUES(?1,?2)"));
  put.bind(1, name);
  put.bind(2, value);
  TRY_ASSIGN([[maybe_unused]] const bool row, put.step());
  return {};
}

Result<uint64_t> SegmentWriter::bytes() const {
  TRY_ASSIGN(const int64_t pages, database_.number("PRAGMA page_count"));
  TRY_ASSIGN(const int64_t size, database_.number("PRAGMA page_size"));
  return static_cast<uint64_t>(pages) * static_cast<uint64_t>(size);
}

Result<void> SegmentWriter::close_in_order() {
  return database_.run(
      "UPDATE meta SET value=1 WHERE name='ended_in_order';"
      "PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace picket::store
