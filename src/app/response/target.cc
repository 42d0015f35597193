// SPDX-License-Identifier: Apache-2.0
#include "app/response/target.h"

#include <unistd.h>

#include "app/history/store_folder.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "store/alert_of.h"

namespace picket::app::response {
namespace {

// 8-4-4-4-12 hexadecimal digits (RFC 9562).
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

// ARCHIVE!MEMBER is the archive's file.
std::string file_on_disk(const std::string& path) {
  for (size_t at = path.find('!'); at != std::string::npos; at = path.find('!', at + 1))
    if (::access(path.c_str(), F_OK) != 0 && ::access(path.substr(0, at).c_str(), F_OK) == 0)
      return path.substr(0, at);
  return path;
}

}  // namespace

std::optional<event::ProcessKey> parse_process_key(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto pid = decimal(text.substr(0, at));
  const auto start = decimal(text.substr(at + 1), INT64_MAX);
  if (!pid || !start) return std::nullopt;
  return event::ProcessKey{static_cast<uint32_t>(*pid), *start};
}

Result<event::Alert> find_alert(const std::string& id, const std::string& state) {
  TRY_ASSIGN(store::Reader reader, history::open_store(state));
  const auto query = search::parse_query("kind:alert id:" + id, {});
  if (!query) return failure(printable(id) + " is no alert's id");
  std::optional<event::Alert> found;
  reader.select(*query, false, [&](const schema::Record& record) {
    found = store::alert_of(record);
    return false;
  });
  history::tell_problems(reader);
  if (!found)
    return failure("there is no alert " + printable(id) + " in " + state,
                   "picket search kind:alert lists them; --state names another history.");
  return std::move(*found);
}

Result<Target> find_target(const std::string& given, const std::string& state) {
  Target target;
  target.given = given;
  if (const auto pid = decimal(given)) {
    target.pid = static_cast<uint32_t>(*pid);
    return target;
  }
  if (const auto key = parse_process_key(given)) {
    target.pid = key->pid;
    target.start_ns = key->start_ns;
    return target;
  }
  if (!is_uuid(given)) {
    target.path = given;
    return target;
  }
  TRY_ASSIGN(target.alert, find_alert(given, state));
  const event::Alert& alert = *target.alert;
  if (const auto key = parse_process_key(alert.actor.id)) {
    target.pid = key->pid;
    target.start_ns = key->start_ns;
  }
  target.path = alert.file.empty() ? alert.actor.path : file_on_disk(alert.file);
  return target;
}

}  // namespace picket::app::response
