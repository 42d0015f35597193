// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/frame_delta.h"

#include <simdjson.h>

#include "base/json_writer.h"

namespace picket::app::web::api {
namespace {

namespace dom = simdjson::dom;

std::string_view key_of(dom::element row, bool flow) {
  std::string_view key;
  const auto found = flow ? row.at_pointer("/flow/id") : row.at_pointer("/key");
  return found.get(key) == simdjson::SUCCESS ? key : std::string_view();
}

// Appends members for the rows of one kind that changed, and for their order if it did.
template <typename Rows>
void append_rows(dom::element frame, const char* name, const char* order_name, bool flow,
                 Rows& known, std::string& out) {
  Rows now;
  std::string changed;
  dom::array rows;
  if (frame[name].get(rows) == simdjson::SUCCESS)
    for (const dom::element row : rows) {
      const std::string key(key_of(row, flow));
      std::string text = simdjson::minify(row);
      const auto before = known.texts.find(key);
      if (before == known.texts.end() || before->second != text)
        changed.append(changed.empty() ? "" : ",").append(text);
      now.order.push_back(key);
      now.texts.insert_or_assign(key, std::move(text));
    }
  out.append(",\"").append(name).append("\":[").append(changed).append("]");
  if (now.order != known.order) {
    out.append(",\"").append(order_name).append("\":");
    JsonWriter json(out);
    json.begin_array();
    for (const std::string& key : now.order) json.value(key);
    json.end_array();
  }
  known = std::move(now);
}

}  // namespace

std::optional<std::string> FrameDelta::next(std::string_view frame) {
  dom::parser parser;
  dom::element document;
  dom::element status;
  if (parser.parse(frame.data(), frame.size(), true).get(document) != simdjson::SUCCESS ||
      document["status"].get(status) != simdjson::SUCCESS) {
    known_ = false;
    return std::nullopt;
  }
  std::string out = "{\"status\":" + simdjson::minify(status);
  append_rows(document, "groups", "group_keys", false, groups_, out);
  append_rows(document, "flows", "flow_ids", true, flows_, out);
  for (const char* name :
       {"groups_total", "groups_from", "flows_total", "flows_from", "details", "filter_error"}) {
    dom::element value;
    if (document[name].get(value) == simdjson::SUCCESS)
      out.append(",\"").append(name).append("\":").append(simdjson::minify(value));
  }
  out += '}';
  if (!std::exchange(known_, true)) return std::nullopt;
  return out;
}

}  // namespace picket::app::web::api
