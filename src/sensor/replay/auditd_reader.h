// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "event/log_record.h"
#include "sensor/replay/read_outcome.h"

namespace picket::sensor::replay {

// Reads the Linux audit daemon's log. One event stands on several lines (SYSCALL, EXECVE, CWD,
// PATH, SOCKADDR, PROCTITLE...) that share time and serial and may be mixed with those of other
// events; picket joins them to one record whose fields are those of all lines, `type` once per
// line. EXECVE comes first, so that a0 is the command before it is the first argument of the system
// call.
//
// Values that the kernel wrote in hexadecimal because of blanks or control characters (comm, exe,
// name, a0..., proctitle, cmd, ...) are decoded; NULs between the words of a proctitle are blanks.
// A SOCKADDR also gives saddr_family and saddr_address, saddr_port or saddr_path. An event is done
// at its EOE or PROCTITLE line, when a later one is kDoneAfterNs newer, or when a bound is hit.
class AuditdReader : public FormatReader {
 public:
  static constexpr size_t kOpenEventsMax = 256;         // then the oldest is delivered
  static constexpr size_t kEventBytesMax = 256 * 1024;  // then the event is delivered as it is
  static constexpr int64_t kDoneAfterNs = 2'000'000'000;

  size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) override;

 private:
  struct Event {
    std::string key;  // node and stamp: what its lines share
    WallTime time;
    uint64_t offset = 0;
    std::string lines;
    bool done = false;
  };
  void line(std::string_view text, uint64_t offset, RecordSink& sink);
  void deliver_done(WallTime now, RecordSink& sink);
  void deliver(const Event& event, RecordSink& sink);

  std::vector<Event> open_;  // by first line
  event::LogRecord record_;
};

}  // namespace picket::sensor::replay
