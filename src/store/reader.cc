// SPDX-License-Identifier: Apache-2.0
#include "store/reader.h"

#include <algorithm>
#include <filesystem>

namespace picket::store {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;
using schema::Type;

constexpr size_t kTextsCached = 50'000;

bool is_text(Type type) {
  return type == Type::kText || type == Type::kPhrase || type == Type::kList;
}

IpAddress address_of(std::string_view bytes) {
  const auto* raw = reinterpret_cast<const uint8_t*>(bytes.data());
  if (bytes.size() == 16) return IpAddress::v6_bytes(raw);
  if (bytes.size() != 4) return {};
  const uint8_t four[4] = {raw[0], raw[1], raw[2], raw[3]};
  return IpAddress::v4_bytes(four);
}

}  // namespace

struct Reader::Segment {
  Database database;
  std::optional<Statement> text_by_id;
  std::map<int64_t, std::string> texts;

  explicit Segment(Database&& opened) : database(std::move(opened)) {}

  std::string text(int64_t id) {
    if (const auto known = texts.find(id); known != texts.end()) return known->second;
    if (texts.size() >= kTextsCached) texts.clear();
    text_by_id->reset();
    text_by_id->bind(1, id);
    const auto row = text_by_id->step();
    return texts[id] = row && *row ? std::string(text_by_id->text(0)) : std::string();
  }

  schema::Value value(Statement& row, int place, Field field) {
    const Type type = schema::info(field).type;
    if (is_text(type)) return text(row.number(place));
    if (type == Type::kFlag) return row.number(place) != 0;
    if (type == Type::kReal) return row.real(place);
    if (type == Type::kAddress) return address_of(row.text(place));
    return row.number(place);
  }
};

// The matches of one kind in one segment, in order, looked for when they are wanted. Until then the
// bound says how good the first can be at best.
class Reader::Cursor {
 public:
  Cursor(Segment& segment, Kind kind, int64_t bound)
      : segment_(&segment), kind_(kind), row_(bound) {}

  int64_t row() const { return row_; }
  bool started() const { return statement_.has_value(); }
  Segment& segment() const { return *segment_; }

  Result<bool> start(const search::Condition& condition, bool oldest_first) {
    fields_ = columns_of(kind_);
    std::string sql = condition.common + "SELECT row";
    for (const Field field : fields_) sql += ",\"" + search::column(field) + '"';
    sql += kind_ == Kind::kAlert ? ",body" : ",NULL";
    sql += " FROM \"" + std::string(text(kind_)) + "\" WHERE " + condition.where + " ORDER BY row";
    if (!oldest_first) sql += " DESC";
    TRY_ASSIGN(statement_, segment_->database.prepare(sql));
    statement_->bind_all(condition.binds);
    return next();
  }

  Result<bool> next() {
    TRY_ASSIGN(const bool found, statement_->step());
    if (found) row_ = statement_->number(0);
    return found;
  }

  Record record() {
    Record record;
    record.kind = kind_;
    record.time = WallTime{search::time_of_row(row_)};
    int place = 0;
    for (const Field field : fields_)
      if (!statement_->is_null(++place))
        record.value(field, segment_->value(*statement_, place, field));
    record.body = statement_->text(place + 1);
    return record;
  }

  Kind kind() const { return kind_; }

 private:
  Segment* segment_;
  Kind kind_;
  int64_t row_;
  std::vector<Field> fields_;
  std::optional<Statement> statement_;
};

Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<std::vector<std::string>> segment_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  for (const std::filesystem::directory_iterator end; !error && entries != end;
       entries.increment(error)) {
    const std::string name = entries->path().filename();
    if (name.ends_with(".db") && (name.starts_with("events-") || name.starts_with("import-")))
      files.push_back(entries->path());
  }
  if (error) return system_failure("look into " + folder, error.value());
  std::ranges::sort(files);
  return files;
}

Result<Reader> Reader::open(const std::string& folder) {
  TRY_ASSIGN(const std::vector<std::string> files, segment_files(folder));
  Reader reader;
  for (const std::string& file : files) {
    if (reader.segments_.size() >= kSegmentsMax) {
      reader.problems_.push_back(folder + ": more than " + std::to_string(kSegmentsMax) +
                                 " files; the rest is not looked at");
      break;
    }
    const auto opened = [&]() -> Result<void> {
      TRY_ASSIGN(Database database, Database::open(file, Database::Mode::kRead));
      TRY_ASSIGN(const int64_t application, database.number("PRAGMA application_id"));
      TRY_ASSIGN(const int64_t version, database.number("PRAGMA user_version"));
      if (application != kApplicationId || version > kFormatVersion)
        return failure(file + ": no store of this picket's");
      TRY(add_missing_columns(database, true));
      auto segment = std::make_unique<Segment>(std::move(database));
      TRY_ASSIGN(segment->text_by_id,
                 segment->database.prepare("SELECT value FROM text WHERE id=?1"));
      reader.segments_.push_back(std::move(segment));
      return {};
    }();
    if (!opened) reader.problems_.push_back(opened.error().message);
  }
  return reader;
}

void Reader::stop_when(std::function<bool()> stop) {
  auto kept = std::make_unique<const std::function<bool()>>(std::move(stop));
  for (const auto& segment : segments_) segment->database.stop_when(*kept);
  stop_ = std::move(kept);
}

void Reader::problem(const Segment& segment, const Error& error) {
  const std::string text = error.message.starts_with(segment.database.path())
                               ? error.message
                               : segment.database.path() + ": " + error.message;
  if (std::ranges::find(problems_, text) == problems_.end()) problems_.push_back(text);
}

void Reader::select(const search::Query& query, bool oldest_first,
                    const std::function<bool(const Record&)>& each) {
  std::vector<search::Condition> conditions;
  std::vector<Cursor> waiting;
  for (size_t i = 0; i < schema::kKindCount; ++i)
    conditions.push_back(search::compile(query, static_cast<Kind>(i)));
  // A search of a damaged file goes on with the others.
  for (const auto& segment : segments_)
    for (size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].never) continue;
      const auto kind = static_cast<Kind>(i);
      const std::string table = '"' + std::string(text(kind)) + '"';
      const auto any =
          segment->database.number("SELECT count(*) FROM (SELECT 1 FROM " + table + " LIMIT 1)");
      if (any && *any == 0) continue;
      const auto bound = segment->database.number(
          (oldest_first ? "SELECT min(row) FROM " : "SELECT max(row) FROM ") + table);
      if (any && bound)
        waiting.emplace_back(*segment, kind, *bound);
      else
        problem(*segment, bound ? any.error() : bound.error());
    }
  const auto later = [oldest_first](const Cursor& a, const Cursor& b) {
    return oldest_first ? a.row() > b.row() : a.row() < b.row();
  };
  std::ranges::make_heap(waiting, later);
  while (!waiting.empty()) {
    std::ranges::pop_heap(waiting, later);
    Cursor& best = waiting.back();
    Result<bool> more = true;
    if (!best.started()) {
      more = best.start(conditions[static_cast<size_t>(best.kind())], oldest_first);
    } else {
      if (!each(best.record())) return;
      more = best.next();
    }
    if (!more) problem(best.segment(), more.error());
    if (more && *more)
      std::ranges::push_heap(waiting, later);
    else
      waiting.pop_back();
  }
}

// SELECT `what` from every table that may have matches; `what` and `after` are text of this file.
void Reader::each_row(const search::Query& query, const std::string& what, const std::string& after,
                      const std::function<void(Segment&, Statement&, Kind)>& row,
                      std::optional<Field> field) {
  for (size_t i = 0; i < schema::kKindCount; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (field && !schema::has(kind, *field)) continue;
    const search::Condition condition = search::compile(query, kind);
    if (condition.never) continue;
    const std::string sql = condition.common + "SELECT " + what + " FROM \"" +
                            std::string(text(kind)) + "\" WHERE (" + condition.where + ")" + after;
    for (const auto& segment : segments_) {
      const auto done = [&]() -> Result<void> {
        TRY_ASSIGN(Statement rows, segment->database.prepare(sql));
        rows.bind_all(condition.binds);
        for (;;) {
          TRY_ASSIGN(const bool found, rows.step());
          if (!found) return {};
          row(*segment, rows, kind);
        }
      }();
      if (!done) problem(*segment, done.error());
    }
  }
}

uint64_t Reader::count(const search::Query& query) {
  uint64_t total = 0;
  each_row(query, "count(*)", "",
           [&](Segment&, Statement& row, Kind) { total += static_cast<uint64_t>(row.number(0)); });
  return total;
}

Reader::Top Reader::top(const search::Query& query, Field field, size_t values_max) {
  Top out;
  std::map<std::string, uint64_t> counts;
  const auto add = [&](std::string&& value, uint64_t records) {
    if (counts.size() < kDistinctMax || counts.contains(value))
      counts[std::move(value)] += records;
    else
      out.others += records;
  };
  const Type type = schema::info(field).type;
  const std::string name = '"' + search::column(field) + '"';
  if (field == Field::kKind)
    each_row(query, "count(*)", "", [&](Segment&, Statement& row, Kind kind) {
      const auto records = static_cast<uint64_t>(row.number(0));
      out.records += records;
      if (records != 0) add(std::string(text(kind)), records);
    });
  else if (field != Field::kTime)
    each_row(
        query, name + ",count(*)", " AND " + name + " IS NOT NULL GROUP BY 1",
        [&](Segment& segment, Statement& row, Kind) {
          const auto records = static_cast<uint64_t>(row.number(1));
          out.records += records;
          const schema::Value value = segment.value(row, 0, field);
          if (type != Type::kList) return add(schema::text_of(field, value), records);
          for (const std::string_view one : schema::elements(std::get<std::string>(value)))
            add(std::string(one), records);
        },
        field);
  out.distinct = counts.size();
  out.values.assign(counts.begin(), counts.end());
  std::ranges::stable_sort(out.values, std::ranges::greater(),
                           [](const auto& one) { return one.second; });
  if (out.values.size() > values_max) out.values.resize(values_max);
  return out;
}

std::map<int64_t, uint64_t> Reader::histogram(const search::Query& query, int64_t width_ns) {
  std::map<int64_t, uint64_t> out;
  const int64_t rows_wide = std::max<int64_t>(width_ns / 1000, 1) * search::kRowsPerMicrosecond;
  each_row(query, "row/" + std::to_string(rows_wide) + ",count(*)", " GROUP BY 1",
           [&](Segment&, Statement& row, Kind) {
             const int64_t at = search::time_of_row(row.number(0) * rows_wide);
             if (out.size() < kBucketsMax || out.contains(at))
               out[at] += static_cast<uint64_t>(row.number(1));
           });
  return out;
}

void Reader::Talk::add(const Talk& other) {
  first = connections == 0 ? other.first : std::min(first, other.first);
  last = std::max(last, other.last);
  connections += other.connections;
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
}

Reader::TalkBy Reader::talk(const search::Query& query, Field field, int64_t width_ns) {
  TalkBy out;
  bool full = false;
  const int64_t rows_wide = std::max<int64_t>(width_ns / 1000, 1) * search::kRowsPerMicrosecond;
  const std::string name = '"' + search::column(field) + '"';
  const std::string span = width_ns > 0 ? "row/" + std::to_string(rows_wide) : "0";
  each_row(
      query,
      name + ',' + span +
          ",count(DISTINCT coalesce(connection_id,-row)),coalesce(sum(bytes_in),0),"
          "coalesce(sum(bytes_out),0),min(row),max(row)",
      " AND " + name + " IS NOT NULL GROUP BY 1,2",
      [&](Segment& segment, Statement& row, Kind) {
        std::pair<std::string, int64_t> key{
            schema::text_of(field, segment.value(row, 0, field)),
            width_ns > 0 ? search::time_of_row(row.number(1) * rows_wide) : 0};
        full |= out.size() >= kDistinctMax;
        if (out.size() >= kDistinctMax && !out.contains(key)) return;
        const auto count = [&](int place) { return static_cast<uint64_t>(row.number(place)); };
        out[std::move(key)].add({count(2), count(3), count(4),
                                 WallTime{search::time_of_row(row.number(5))},
                                 WallTime{search::time_of_row(row.number(6))}});
      },
      field);
  if (full) problems_.push_back("there are more values than can be told apart: some are left out");
  return out;
}

std::vector<KeptIncident> Reader::incidents() {
  std::map<std::string, KeptIncident> latest;
  for (const auto& segment : segments_) {
    const auto done = [&]() -> Result<void> {
      TRY_ASSIGN(Statement rows,
                 segment->database.prepare("SELECT id,updated,from_time,until_time,priority,"
                                           "merged_into,json FROM incident"));
      for (;;) {
        TRY_ASSIGN(const bool found, rows.step());
        if (!found) return {};
        KeptIncident one{
            std::string(rows.text(0)), WallTime{rows.number(1)}, WallTime{rows.number(2)},
            WallTime{rows.number(3)},  rows.number(4),           std::string(rows.text(6)),
            std::string(rows.text(5))};
        KeptIncident& known = latest[one.id];
        if (known.id.empty() || known.updated <= one.updated) known = std::move(one);
      }
    }();
    if (!done) problem(*segment, done.error());
  }
  std::vector<KeptIncident> out;
  for (auto& [id, incident] : latest)
    if (incident.merged_into.empty()) out.push_back(std::move(incident));
  std::ranges::stable_sort(out, std::ranges::greater(), &KeptIncident::until);
  return out;
}

}  // namespace picket::store
