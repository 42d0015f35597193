// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/record.h"
#include "search/query.h"
#include "store/segment.h"

// Finds records again: all segments of a store's folder together, read-only, beside whoever writes.
// What cannot be read is named in problems() and left out; the rest is found. One thread.
namespace picket::store {

class Reader {
 public:
  // Further values of a top list are counted as others.
  static constexpr size_t kDistinctMax = 1'000'000;
  static constexpr size_t kBucketsMax = 100'000;  // of a histogram
  static constexpr size_t kSegmentsMax = 4096;

  // The folder must be there; no segments at all is an empty store.
  static Result<Reader> open(const std::string& folder);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // Calls `each` for every match, the latest first (or the earliest), until it returns false.
  void select(const search::Query& query, bool oldest_first,
              const std::function<bool(const schema::Record&)>& each);
  uint64_t count(const search::Query& query);

  struct Top {
    std::vector<std::pair<std::string, uint64_t>> values;  // the most frequent first
    uint64_t records = 0;                                  // that have the field
    uint64_t distinct = 0;
    uint64_t others = 0;  // records whose value was one too many to tell apart
  };
  Top top(const search::Query& query, schema::Field field, size_t values_max);
  // Matches by the beginning of their span of `width_ns`; empty spans are not in it.
  std::map<int64_t, uint64_t> histogram(const search::Query& query, int64_t width_ns);

  // What records add up to by the value of a field and by spans of `width_ns` (0: one span).
  // `query` takes alerts and flows only: others count no bytes. Beyond kDistinctMax values and
  // spans further ones are left out, and that is told in problems().
  struct Talk {
    // One for each name of a connection, and for each record that names none.
    uint64_t connections = 0;
    uint64_t bytes_in = 0, bytes_out = 0;
    WallTime first, last;
    void add(const Talk& other);
  };
  using TalkBy = std::map<std::pair<std::string, int64_t>, Talk>;
  TalkBy talk(const search::Query& query, schema::Field field, int64_t width_ns);

  // The latest state of every incident that stands; the latest first.
  std::vector<KeptIncident> incidents();

  // From now on, whatever is asked ends soon after `stop` says so, with what was found until then;
  // problems() then names the files that were not looked through.
  void stop_when(std::function<bool()> stop);

  const std::vector<std::string>& problems() const { return problems_; }
  size_t segments() const { return segments_.size(); }

 private:
  struct Segment;
  class Cursor;
  Reader() = default;
  void problem(const Segment& segment, const Error& error);
  void each_row(const search::Query& query, const std::string& what, const std::string& after,
                const std::function<void(Segment&, Statement&, schema::Kind)>& row,
                std::optional<schema::Field> field = std::nullopt);

  std::unique_ptr<const std::function<bool()>> stop_;  // the files point to it
  std::vector<std::unique_ptr<Segment>> segments_;
  std::vector<std::string> problems_;
};

// The segments' files in a folder, in order of name.
Result<std::vector<std::string>> segment_files(const std::string& folder);

}  // namespace picket::store
