// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/common_evidence.h"

#include <algorithm>

#include "base/ascii.h"
#include "detect/evidence/field_pick.h"

namespace picket::detect::evidence {
namespace {

constexpr uint32_t kWindowsKernelPid = 4;

// Sysmon's UtcTime, 2020-08-07 18:32:44.580, where the record itself has no time.
std::optional<WallTime> utc_time(const event::LogRecord& record) {
  const event::LogField* field = record.find("UtcTime");
  if (field == nullptr || field->value.size() < 19) return std::nullopt;
  std::string text(field->value);
  text[10] = 'T';
  return parse_rfc3339(text + "Z");
}

}  // namespace

void begin_activity(const event::LogRecord& record, std::string_view source, event::Activity& out) {
  out = {};
  if (record.time)
    out.time = *record.time;
  else if (const auto told = utc_time(record))
    out.time = *told;
  out.host = record.computer;
  out.platform =
      record.origin.product == "linux" ? event::Platform::kLinux : event::Platform::kWindows;
  out.place.source = std::string(source) + " " + std::to_string(record.origin.event_id);
}

void set_process(event::Actor& actor, std::string_view id, std::string_view pid_text,
                 std::string_view image) {
  actor.id = id;
  actor.pid = pid(pid_text);
  // "<unknown process>", also as &lt;unknown process&gt;: gone before Sysmon could ask.
  if (image.find("unknown process") != std::string_view::npos) return;
  const size_t cut = image.find_last_of("/\\");
  actor.path = image;
  actor.name = cut == std::string_view::npos ? image : image.substr(cut + 1);
  const bool no_file = cut == std::string_view::npos;
  actor.kernel = no_file && (ascii_lowered(image) == "system" || image == "Registry");
  if (actor.pid == kWindowsKernelPid && image.empty()) {
    actor.name = "System";
    actor.kernel = true;
  }
}

FileHashes file_hashes(std::string_view text) {
  FileHashes hashes;
  const std::pair<std::string_view, std::string*> kinds[] = {{"SHA256=", &hashes.sha256},
                                                             {"SHA1=", &hashes.sha1},
                                                             {"MD5=", &hashes.md5},
                                                             {"IMPHASH=", &hashes.imphash}};
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, end);
    for (const auto& [mark, into] : kinds)
      if (item.starts_with(mark)) *into = ascii_lowered(item.substr(mark.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return hashes;
}

}  // namespace picket::detect::evidence
