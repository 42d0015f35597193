// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/web/http/problem.h"
#include "base/clock.h"
#include "schema/field.h"
#include "search/query.h"

// Queries as browsers send them, and what pages add to them. Pure.
namespace picket::app::web::api {

// The problem names the place, and a field that was perhaps meant.
http::Checked<search::Query> parse_query(const std::string& text, WallTime now);
http::Problem problem_of(const search::QueryError& error);

// The query, and this as well.
void narrow(search::Query& query, std::unique_ptr<search::Node> also);
std::unique_ptr<search::Node> of_kind(schema::Kind kind);
std::unique_ptr<search::Node> has_text(schema::Field field, std::string text);
std::unique_ptr<search::Node> in_time(std::optional<WallTime> since, std::optional<WallTime> until);

// Where a page ended: behind `skip` records of exactly this time.
struct Cursor {
  WallTime time;
  uint64_t skip = 0;
};
std::optional<Cursor> parse_cursor(std::string_view text);
std::string text(const Cursor& cursor);

}  // namespace picket::app::web::api
