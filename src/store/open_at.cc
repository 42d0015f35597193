// SPDX-License-Identifier: Apache-2.0
#include "store/open_at.h"

#include <algorithm>
#include <unordered_map>

#include "store/record_parts.h"

namespace picket::store {
namespace {

using schema::Field;

struct Begun {
  WallTime at, until;
};

// When a record's connection began and ended; still open: until the end of time.
Begun span_of(const schema::Record& record) {
  const auto* seconds = record.find(Field::kDuration);
  const int64_t lasted =
      seconds ? static_cast<int64_t>(std::get<double>(*seconds) * 1e9) : int64_t{0};
  if (record.find(Field::kSourceInput)) return {record.time, WallTime{record.time.ns + lasted}};
  if (word_in(record, Field::kState) == "over")
    return {WallTime{record.time.ns - lasted}, record.time};
  return {record.time, WallTime{INT64_MAX}};
}

search::Query flows_around(WallTime moment) {
  search::Query query;
  query.root = std::make_unique<search::Node>();
  query.root->kind = search::Node::Kind::kAnd;
  const auto add = [&](Field field, int64_t low, int64_t high) {
    auto node = std::make_unique<search::Node>();
    node->kind = search::Node::Kind::kTerm;
    node->term.how = search::Term::How::kRange;
    node->term.field = field;
    node->term.low = low;
    node->term.high = high;
    query.root->below.push_back(std::move(node));
  };
  const auto kind = static_cast<int64_t>(schema::Kind::kFlow);
  add(Field::kKind, kind, kind);
  add(Field::kTime, moment.ns - kOpenAroundNs, moment.ns + kOpenAroundNs);
  return query;
}

}  // namespace

std::vector<schema::Record> open_at(Reader& reader, WallTime moment) {
  std::vector<schema::Record> out;
  std::unordered_map<std::string, size_t> begun;  // by connection: its beginning's place in `out`
  size_t looked_at = 0;
  reader.select(flows_around(moment), true, [&](const schema::Record& record) {
    const auto [from, until] = span_of(record);
    const std::string id = text_in(record, Field::kConnectionId);
    const bool open = from <= moment && moment <= until;
    // The end tells more than the beginning, and whether it was before the moment.
    if (const auto known = begun.find(id); !id.empty() && known != begun.end()) {
      schema::Record& earlier = out[known->second];
      if (open || until < moment) earlier = record;
      if (until < moment) earlier.entries.clear();
      return ++looked_at < kOpenLookedAtMax;
    }
    if (open) {
      if (!id.empty()) begun.emplace(id, out.size());
      out.push_back(record);
    }
    return ++looked_at < kOpenLookedAtMax;
  });
  std::erase_if(out, [](const schema::Record& record) { return record.entries.empty(); });
  std::ranges::reverse(out);
  return out;
}

}  // namespace picket::store
