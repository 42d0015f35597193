// SPDX-License-Identifier: Apache-2.0
// The tables of a segment, from the declared fields.
#include <set>

#include "store/segment.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Type;

std::string_view column_type(Type type) {
  switch (type) {
    case Type::kReal: return "REAL";
    case Type::kAddress: return "BLOB";
    default: return "INTEGER";  // texts are numbers of the dictionary
  }
}

std::string in_quotes(std::string_view name) { return '"' + std::string(name) + '"'; }

Result<std::set<std::string>> existing_columns(const Database& database, std::string_view table) {
  std::set<std::string> names;
  TRY_ASSIGN(Statement rows, database.prepare("SELECT name FROM pragma_table_info(" +
                                              ("'" + std::string(table) + "'") + ")"));
  for (;;) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) return names;
    names.emplace(rows.text(0));
  }
}

}  // namespace

std::vector<Field> columns_of(schema::Kind kind) {
  std::vector<Field> out;
  for (const schema::FieldInfo& field : schema::fields())
    if (field.field != Field::kTime && field.field != Field::kKind &&
        schema::has(kind, field.field))
      out.push_back(field.field);
  return out;
}

std::string table_definitions() {
  std::string sql =
      "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
      "CREATE TABLE text(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, value TEXT NOT NULL);"
      "CREATE INDEX text_by_hash ON text(hash);"
      "CREATE TABLE incident(id TEXT PRIMARY KEY, updated INTEGER NOT NULL, "
      "from_time INTEGER NOT NULL, until_time INTEGER NOT NULL, priority INTEGER NOT NULL, "
      "merged_into TEXT, json TEXT NOT NULL);";
  for (size_t i = 0; i < schema::kKindCount; ++i) {
    const auto kind = static_cast<schema::Kind>(i);
    sql += "CREATE TABLE " + in_quotes(text(kind)) + "(row INTEGER PRIMARY KEY";
    for (const Field field : columns_of(kind)) {
      sql += ',' + in_quotes(search::column(field)) + ' ';
      sql += column_type(schema::info(field).type);
    }
    sql += ",body TEXT);";
  }
  return sql;
}

Result<void> add_missing_columns(const Database& database, bool for_reading) {
  for (size_t i = 0; i < schema::kKindCount; ++i) {
    const auto kind = static_cast<schema::Kind>(i);
    const std::string table = in_quotes(text(kind));
    TRY_ASSIGN(const auto existing, existing_columns(database, text(kind)));
    if (existing.empty()) {
      // A kind that the file's writer did not know.
      if (for_reading)
        TRY(database.run("CREATE TEMP TABLE " + table + "(row INTEGER PRIMARY KEY)"));
      else
        TRY(database.run("CREATE TABLE " + table + "(row INTEGER PRIMARY KEY, body TEXT)"));
    }
    std::string nulls;
    for (const Field field : columns_of(kind)) {
      const std::string name = search::column(field);
      if (existing.contains(name)) continue;
      nulls += ", NULL AS " + in_quotes(name);
      if (!for_reading)
        TRY(database.run("ALTER TABLE " + table + " ADD COLUMN " + in_quotes(name) + ' ' +
                         std::string(column_type(schema::info(field).type))));
    }
    if (for_reading && !nulls.empty() && !existing.empty())
      TRY(database.run("CREATE TEMP VIEW " + table + " AS SELECT *" + nulls + " FROM main." +
                       table));
  }
  return {};
}

}  // namespace picket::store
