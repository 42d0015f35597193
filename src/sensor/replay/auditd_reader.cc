// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/auditd_reader.h"

#include <algorithm>
#include <optional>

#include "base/counter.h"
#include "sensor/replay/audit_fields.h"
#include "sensor/replay/line_split.h"
#include "sensor/replay/time_text.h"

namespace picket::sensor::replay {
namespace {

Counter open_bound{"sensor.replay.audit_open", "audit events delivered early: too many at once"};
Counter size_bound{"sensor.replay.audit_size", "audit events delivered early: too many bytes"};

struct AuditLine {
  std::string_view node, type, stamp, fields;  // stamp: 1604996384.965:93777
};

// [node=N ]type=T msg=audit(S): fields
std::optional<AuditLine> parse_line(std::string_view text) {
  AuditLine line;
  if (const size_t node = text.find("node="); node != text.npos && node < text.find("type="))
    line.node = text.substr(node + 5, text.find(' ', node) - node - 5);
  const size_t type = text.find("type=");
  if (type == text.npos) return std::nullopt;
  const size_t type_end = text.find(' ', type);
  constexpr std::string_view kStamp = "msg=audit(";
  const size_t stamp = text.find(kStamp, type);
  if (stamp == text.npos || type_end > stamp) return std::nullopt;
  const size_t stamp_end = text.find("):", stamp);
  if (stamp_end == text.npos) return std::nullopt;
  line.type = text.substr(type + 5, type_end - type - 5);
  line.stamp = text.substr(stamp + kStamp.size(), stamp_end - stamp - kStamp.size());
  line.fields = text.substr(stamp_end + 2);
  return line;
}

}  // namespace

size_t AuditdReader::read(Bytes window, uint64_t offset, bool last, RecordSink& sink) {
  const size_t done = for_each_line(as_text(window), last, [&](std::string_view text, size_t at) {
    if (!text.empty() && text != "----")
      line(text, offset + at, sink);  // ausearch puts ---- between
  });
  if (last) {
    for (const Event& event : open_) deliver(event, sink);
    open_.clear();
  }
  return done;
}

void AuditdReader::line(std::string_view text, uint64_t offset, RecordSink& sink) {
  const auto parsed = parse_line(text);
  const auto time =
      parsed ? parse_epoch(parsed->stamp.substr(0, parsed->stamp.find(':'))) : std::nullopt;
  if (!time) {
    sink.damaged(offset, "no audit record");
    return;
  }
  const std::string key = std::string(parsed->node) + ' ' + std::string(parsed->stamp);
  auto event = std::ranges::find(open_, key, &Event::key);
  if (event == open_.end()) {
    deliver_done(*time, sink);
    if (open_.size() >= kOpenEventsMax) {
      open_bound.add();
      deliver(open_.front(), sink);
      open_.erase(open_.begin());
    }
    open_.push_back({key, *time, offset, {}, false});
    event = open_.end() - 1;
  }
  if (event->lines.size() + text.size() > kEventBytesMax && !event->lines.empty()) {
    size_bound.add();
    deliver(*event, sink);
    event->lines.clear();
  }
  event->lines.append(text).append("\n");
  if (parsed->type == "EOE" || parsed->type == "PROCTITLE") event->done = true;
  deliver_done(*time, sink);
}

// In order of their first lines: one that is not done holds those behind it, but not for long.
void AuditdReader::deliver_done(WallTime now, RecordSink& sink) {
  size_t count = 0;
  while (count < open_.size() &&
         (open_[count].done || now.ns - open_[count].time.ns > kDoneAfterNs)) {
    deliver(open_[count], sink);
    ++count;
  }
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(count));
}

void AuditdReader::deliver(const Event& event, RecordSink& sink) {
  record_.clear();
  record_.time = event.time;
  record_.origin.product = "linux";
  record_.origin.channel = "auditd";
  for (const bool command : {true, false}) {
    for_each_line(event.lines, true, [&](std::string_view text, size_t) {
      const auto line = parse_line(text);
      if (!line || line->type == "EOE" || (line->type == "EXECVE") != command) return;
      if (record_.computer.empty()) record_.computer = record_.keep(line->node);
      // The one record of the log that is a category of Sigma's as it stands.
      if (command) record_.origin.category = "process_creation";
      record_.add("type", record_.keep(line->type));
      add_audit_fields(line->type, line->fields, record_);
    });
  }
  if (!record_.fields().empty()) sink.deliver(record_, event.offset);
}

}  // namespace picket::sensor::replay
