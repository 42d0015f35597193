// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/record_page.h"

namespace picket::app::web::api {

RecordPage read_page(store::Reader& reader, search::Query&& query, bool oldest_first, size_t limit,
                     const std::optional<Cursor>& from) {
  if (from)
    narrow(query,
           oldest_first ? in_time(from->time, std::nullopt) : in_time(std::nullopt, from->time));
  RecordPage page;
  Cursor here = from.value_or(Cursor{});
  uint64_t to_skip = here.skip;
  reader.select(query, oldest_first, [&](const schema::Record& record) {
    if (from && to_skip > 0 && record.time == from->time) {
      --to_skip;
      return true;
    }
    if (page.records.size() == limit) {
      page.next = here;
      return false;
    }
    const bool same_time = here.time == record.time && (from || !page.records.empty());
    here = {record.time, same_time ? here.skip + 1 : 1};
    page.records.push_back(record);
    return true;
  });
  return page;
}

}  // namespace picket::app::web::api
