// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "event/log_record.h"

// What reading somebody else's recordings yields, whatever their format.
namespace picket::sensor::replay {

// What an input holds, found by its content.
enum class InputKind : uint8_t {
  kUnknown,
  kEmpty,
  kEvtx,
  kEventXml,      // Windows event XML: <Event>, <Events>
  kSysmonSyslog,  // syslog lines that carry such XML (Sysmon for Linux)
  kJson,          // JSON objects, one after another or in an array, of any of the known shapes
  kAuditd,
  kZeekTsv,
  kPcap,
  kPcapng,
};
std::string_view kind_name(InputKind kind);

// Where a record came from, so that a person can find it again. Views live during the call.
struct RecordPlace {
  std::string_view input;  // the path as given; a member of an archive as "archive.zip:member"
  InputKind kind = InputKind::kUnknown;
  uint64_t offset = 0;  // of the record's first byte in the (decompressed) input
};

// Something that could not be read, or not at all.
struct ReadProblem {
  std::string input;
  uint64_t offset = 0;
  std::string what;
};

// Problems kept in full; more are only counted.
constexpr size_t kProblemsMax = 100;

struct ReadOutcome {
  uint64_t records = 0;
  uint64_t damaged = 0;        // records (or stretches of one) that could not be read
  uint64_t bad_checksums = 0;  // a checksum was wrong; what parsed was delivered all the same
  uint64_t inputs = 0;         // files and archive members read
  uint64_t skipped = 0;    // inputs that were not read: of unknown content, or captures unasked for
  uint64_t unknown = 0;    // those of unknown content; each is a problem too
  uint64_t cut_short = 0;  // captures that end too early, read up to there; each is a problem too
  uint64_t bytes = 0;      // decompressed
  uint64_t problems = 0;   // all of them, also those that `listed` has no room for
  std::vector<ReadProblem> listed;

  void problem(std::string_view input, uint64_t offset, std::string what);
};

// Called for every record. The record is the reader's own and lives during the call.
using OnRecord = std::function<void(const event::LogRecord&, const RecordPlace&)>;

// What a format reader writes to: counts, and passes on. One input at a time, one thread.
class RecordSink {
 public:
  RecordSink(ReadOutcome& outcome, const OnRecord& on_record, std::string_view input,
             InputKind kind)
      : outcome_(outcome), on_record_(on_record), place_{input, kind, 0} {}

  void deliver(const event::LogRecord& record, uint64_t offset) {
    ++outcome_.records;
    place_.offset = offset;
    on_record_(record, place_);
  }
  std::string_view input() const { return place_.input; }
  // One record, or one stretch without readable records, is lost.
  void damaged(uint64_t offset, std::string what) {
    ++outcome_.damaged;
    outcome_.problem(place_.input, offset, std::move(what));
  }
  void bad_checksum(uint64_t offset, std::string what) {
    ++outcome_.bad_checksums;
    outcome_.problem(place_.input, offset, std::move(what));
  }

 private:
  ReadOutcome& outcome_;
  const OnRecord& on_record_;
  RecordPlace place_;
};

// One format. Fed with windows over one input, in order; keeps what it must know between them.
class FormatReader {
 public:
  virtual ~FormatReader() = default;
  // Reads the records that are whole in `window`, which starts at `offset` of the input; returns
  // how many of its bytes are done with. The next window starts there. Less than all only when the
  // rest needs bytes that are still to come: with `last` there are none, and everything is
  // consumed.
  virtual size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) = 0;
};

}  // namespace picket::sensor::replay
