// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/web/api/query_parts.h"
#include "store/reader.h"

namespace picket::app::web::api {

// Some records in order, and where to go on.
struct RecordPage {
  std::vector<schema::Record> records;
  std::optional<Cursor> next;  // none: these are all
};

// At most `limit` records behind the cursor.
RecordPage read_page(store::Reader& reader, search::Query&& query, bool oldest_first, size_t limit,
                     const std::optional<Cursor>& from);

}  // namespace picket::app::web::api
