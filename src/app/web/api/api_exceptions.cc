// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>

#include <set>

#include "app/exceptions/exception_set.h"
#include "app/web/api/api.h"
#include "app/web/api/query_parts.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "base/ascii.h"
#include "base/json_writer.h"
#include "store/alert_of.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

using exceptions::Exception;

constexpr size_t kPreviewMax = 100;  // alerts of a preview

void append_exception(JsonWriter& json, const Exception& one, WallTime now) {
  json.begin_object().member("id", one.id).member_if("rule", one.rule);
  json.member_if("program", one.program).member_if("parent", one.parent);
  json.member_if("sha256", one.sha256).member_if("address", one.address);
  json.member_if("name", one.name).member_if("host", one.host).member("reason", one.reason);
  if (one.expires) json.member("expires", rfc3339(*one.expires));
  json.member("by", one.by).member("at", rfc3339(one.at)).member("hidden", one.hidden);
  if (one.hidden > 0) json.member("last_hidden", rfc3339(one.last_hidden));
  json.member("expired", one.expired(now)).end_object();
}

http::Checked<Exception> read_exception(const Call& call, WallTime now) {
  http::JsonBody body(call.request);
  Exception out;
  const auto take = [&](const char* name, size_t most, std::string& member) {
    member = body.text(name, most).value_or(std::string());
  };
  take("rule", 1024, out.rule);
  take("program", 4096, out.program);
  take("parent", 4096, out.parent);
  take("sha256", 64, out.sha256);
  take("address", 64, out.address);
  take("name", 255, out.name);
  take("host", 255, out.host);
  take("reason", 2048, out.reason);
  const auto expires = body.text("expires", 40);
  body.need("reason");
  TRY(body.done());
  out.sha256 = ascii_lowered(out.sha256);
  out.by = call.session.user;
  out.at = now;
  if (expires) {
    out.expires = parse_rfc3339(*expires);
    if (!out.expires || out.expired(now))
      return http::wrong("expires", "it is no time to come",
                         "Write it in UTC: 2027-01-02T00:00:00Z");
  }
  if (const auto good = check(out); !good)
    return http::wrong("", good.error().message, good.error().next);
  return out;
}

// How many incidents have no other events than these alerts. An event stands for all alerts of one
// rule about one process; it is named by the first.
uint64_t emptied(store::Reader& reader, const std::set<std::string>& alerts) {
  uint64_t count = 0;
  simdjson::dom::parser parser;
  for (const store::KeptIncident& incident : reader.incidents()) {
    simdjson::dom::element document;
    simdjson::dom::array events;
    if (parser.parse(incident.json).get(document) != simdjson::SUCCESS ||
        document["events"].get(events) != simdjson::SUCCESS || events.size() == 0)
      continue;
    bool all = true;
    for (const simdjson::dom::element event : events) {
      std::string_view id;
      all &= event["alert"].get(id) == simdjson::SUCCESS && alerts.contains(std::string(id));
    }
    count += all;
  }
  return count;
}

}  // namespace

Outcome Api::list_exceptions(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(need_folder());
  if (behind_.exceptions) (void)behind_.exceptions->write_counts();
  const auto all = exceptions::ExceptionBook(behind_.folder).all();
  if (!all) return std::unexpected(http::unavailable(all.error()));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("exceptions").begin_array();
  for (const Exception& one : *all) append_exception(json, one, behind_.clock->wall());
  json.end_array().end_object();
  return http::json_response(std::move(out));
}

Outcome Api::add_exception(const Call& call) {
  TRY_ASSIGN(const Exception wanted, read_exception(call, behind_.clock->wall()));
  TRY(need_folder());
  const auto made = exceptions::ExceptionBook(behind_.folder).add(wanted);
  if (!made) return std::unexpected(http::unavailable(made.error()));
  if (behind_.exceptions)
    if (const auto loaded = behind_.exceptions->load(); !loaded)
      return std::unexpected(http::unavailable(loaded.error()));
  std::string out;
  JsonWriter json(out);
  append_exception(json, *made, behind_.clock->wall());
  return http::json_response(std::move(out), 201);
}

Outcome Api::remove_exception(const Call& call) {
  const auto id = http::parse_number(call.captured[0]);
  if (!id || *id < 1) return http::wrong("id", "it is no number of an exception");
  TRY(need_folder());
  const auto removed = exceptions::ExceptionBook(behind_.folder).remove(*id);
  if (!removed) return std::unexpected(http::unavailable(removed.error()));
  if (!*removed) return http::refused(404, "there is no such exception");
  if (behind_.exceptions)
    if (const auto loaded = behind_.exceptions->load(); !loaded)
      return std::unexpected(http::unavailable(loaded.error()));
  http::Response response;
  response.status = 204;
  return response;
}

Outcome Api::preview_exception(const Call& call) {
  TRY_ASSIGN(const Exception wanted, read_exception(call, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  search::Query alerts;
  narrow(alerts, of_kind(schema::Kind::kAlert));
  uint64_t total = 0, looked_at = 0;
  std::set<std::string> ids;
  std::string shown;
  reader.select(alerts, false, [&](const schema::Record& record) {
    ++looked_at;
    const event::Alert alert = store::alert_of(record);
    if (!hides(wanted, alert)) return !call.deadline.over();
    ids.insert(alert.id);
    if (++total <= kPreviewMax)
      shown.append(shown.empty() ? "" : ",")
          .append(record.body.empty() ? schema::json_line(record) : record.body);
    return !call.deadline.over();
  });
  TRY(done_reading(call));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("total", total).member("looked_at", looked_at);
  json.member("incidents", emptied(reader, ids));
  return http::json_response(out + ",\"alerts\":[" + shown + "]}");
}

}  // namespace picket::app::web::api
