// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/query_parts.h"

#include "app/web/http/parameters.h"

namespace picket::app::web::api {
namespace {

std::unique_ptr<search::Node> leaf(search::Term&& term) {
  auto node = std::make_unique<search::Node>();
  node->kind = search::Node::Kind::kTerm;
  node->term = std::move(term);
  return node;
}

}  // namespace

http::Problem problem_of(const search::QueryError& error) {
  http::Problem problem = http::wrong("query", error.message, error.hint).error();
  problem.at = error.at;
  if (problem.hint.empty()) problem.hint = "GET /api/v1/search/fields lists the fields.";
  return problem;
}

http::Checked<search::Query> parse_query(const std::string& text, WallTime now) {
  auto query = search::parse_query(text, now);
  if (!query) return std::unexpected(problem_of(query.error()));
  return std::move(*query);
}

void narrow(search::Query& query, std::unique_ptr<search::Node> also) {
  auto both = std::make_unique<search::Node>();
  both->kind = search::Node::Kind::kAnd;
  if (query.root) both->below.push_back(std::move(query.root));
  both->below.push_back(std::move(also));
  query.root = std::move(both);
}

std::unique_ptr<search::Node> of_kind(schema::Kind kind) {
  search::Term term;
  term.how = search::Term::How::kRange;
  term.field = schema::Field::kKind;
  term.low = term.high = static_cast<int64_t>(kind);
  return leaf(std::move(term));
}

std::unique_ptr<search::Node> has_text(schema::Field field, std::string text) {
  search::Term term;
  term.how = search::Term::How::kEquals;
  term.field = field;
  term.text = std::move(text);
  return leaf(std::move(term));
}

std::unique_ptr<search::Node> in_time(std::optional<WallTime> since,
                                      std::optional<WallTime> until) {
  search::Term term;
  term.how = since || until ? search::Term::How::kRange : search::Term::How::kExists;
  term.field = schema::Field::kTime;
  if (since) term.low = since->ns;
  if (until) term.high = until->ns;
  return leaf(std::move(term));
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto time = http::parse_number(text.substr(0, dash));
  const auto skip = http::parse_number(text.substr(dash + 1));
  if (!time || !skip || *time < 0 || *skip < 0) return std::nullopt;
  return Cursor{WallTime{*time}, static_cast<uint64_t>(*skip)};
}

std::string text(const Cursor& cursor) {
  return std::to_string(cursor.time.ns) + '-' + std::to_string(cursor.skip);
}

}  // namespace picket::app::web::api
