// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/api.h"
#include "base/counter.h"
#include "base/json_writer.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

Counter given_up{"web.queries_given_up",
                 "searches of browsers that took too long or whose reader went"};

}  // namespace

http::Checked<void> Api::need_folder() const {
  if (!behind_.folder.empty()) return {};
  return http::refused(503, "no history is kept", "Start picket run without --no-history.");
}

http::Checked<store::Reader> Api::open_store(const Call& call) const {
  TRY(need_folder());
  auto reader = store::Reader::open(behind_.folder);
  if (!reader) return std::unexpected(http::unavailable(reader.error()));
  reader->stop_when([deadline = call.deadline] { return deadline.over(); });
  return std::move(*reader);
}

http::Checked<void> done_reading(const Call& call) {
  if (!call.deadline.over()) return {};
  given_up.add();
  return http::refused(503, "this took too long and was given up",
                       "Narrow the query: a shorter time, one kind of record.");
}

std::string problems_member(const store::Reader& reader) {
  if (reader.problems().empty()) return {};
  std::string out = ",\"problems\":";
  JsonWriter json(out);
  json.begin_array();
  for (const std::string& problem : reader.problems()) json.value(problem);
  json.end_array();
  return out;
}

}  // namespace picket::app::web::api
