// SPDX-License-Identifier: Apache-2.0
#include "app/tui/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "app/tui/draw.h"
#include "app/tui/format.h"
#include "base/json_writer.h"
#include "base/unique_fd.h"
#include "view/frame_json.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

constexpr int kSameSecondMax = 100;

void append_status(JsonWriter& json, const view::Status& status) {
  json.key("status").begin_object();
  json.member("version", status.version).member("host", status.host).member("mode", status.mode);
  json.member_if("mode_note", status.mode_note);
  json.member("ready", status.ready).member("self_test", status.self_test);
  json.member("time", rfc3339(status.now));
  json.member("flows_open", status.flows_open).member("processes", status.processes);
  json.member("listeners", status.listeners).member("flows_per_s", status.flows_per_s);
  json.member("lost", status.lost).end_object();
}

void append_query(JsonWriter& json, const view::FrameQuery& query) {
  json.key("question").begin_object();
  json.member("grouping", title(query.grouping)).member("group_order", title(query.group_order));
  json.member("flow_order", title(query.flow_order)).member_if("filter", query.filter);
  json.member("hide_local", query.hide_local).member_if("selected_group", query.selected_group);
  json.end_object();
}

// A new file of this name; EEXIST comes back as such.
Result<void> write_new(const std::string& path, const std::string& content) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return system_failure("write " + path);
  size_t written = 0;
  while (written < content.size()) {
    const ssize_t count = ::write(file.get(), content.data() + written, content.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      ::unlink(path.c_str());
      return system_failure("write " + path, error);
    }
    written += static_cast<size_t>(count);
  }
  return {};
}

}  // namespace

std::string export_json(const Model& model) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  append_status(json, model.frame().status);
  append_query(json, model.shown());
  json.member("groups_total", model.frame().groups_total).key("groups").begin_array();
  for (const auto& line : model.groups().lines())
    if (line.what == ListPane::Line::What::kRow)
      append_json(json, model.frame().groups[line.row]);
    else if (line.what == ListPane::Line::What::kGone && model.group())
      append_json(json, *model.group());
  json.end_array().member("flows_total", model.frame().flows_total).key("flows").begin_array();
  for (const auto& line : model.flows().lines())
    if (line.what == ListPane::Line::What::kRow)
      append_json(json, model.frame().flows[line.row].facts);
    else if (line.what == ListPane::Line::What::kGone && model.flow())
      append_json(json, model.flow()->facts);
  json.end_array();
  if (model.details_open() && model.details()) {
    json.key("details").begin_object().key("flow");
    append_json(json, model.details()->flow);
    if (model.details()->process) {
      json.key("process");
      append_json(json, *model.details()->process);
    }
    json.key("other_flows").begin_array();
    for (const auto& flow : model.details()->other_flows) append_json(json, flow);
    json.end_array().end_object();
  }
  json.end_object();
  return out + "\n";
}

Result<Exported> export_screen(const Model& model, const std::string& directory) {
  if (!model.has_frame()) return failure("there is nothing on the screen to export yet");
  std::string stamp = view::rfc3339_seconds(model.frame().status.now);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const std::string stem = (directory.empty() ? "." : directory) + "/picket-watch-" + stamp;
  for (int attempt = 1; attempt <= kSameSecondMax; ++attempt) {
    const std::string name = attempt == 1 ? stem : stem + "-" + std::to_string(attempt);
    auto text = write_new(name + ".txt", draw(model).text());
    if (!text && text.error().code == EEXIST) continue;
    if (!text) return std::unexpected(text.error());
    auto json = write_new(name + ".json", export_json(model));
    if (json) return Exported{name + ".txt", name + ".json"};
    ::unlink((name + ".txt").c_str());
    if (json.error().code != EEXIST) return std::unexpected(json.error());
  }
  return failure("every name like " + stem + "-N.txt is taken", "Remove some of those files.");
}

}  // namespace picket::app::tui
