// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/log_record.h"
#include "sensor/replay/binxml_decoder.h"
#include "sensor/replay/read_outcome.h"

namespace picket::sensor::replay {

// Reads Windows XML event logs (EVTX; after libevtx' format description and MS-EVEN6): a file
// header of 4 KiB, then chunks of 64 KiB that stand on their own. Written for logs that were copied
// while in use, cut off or partly overwritten: every chunk is tried, whatever the headers promise;
// within a chunk a record that does not parse is counted and the next one sought. A wrong checksum
// is counted and what parses is delivered nevertheless. A file that starts with a chunk (carved
// from a disk or from memory) is read too.
//
// Fields: see event_flattener.h. LogRecord::time is System/TimeCreated, or the time in the record's
// frame where that is missing.
class EvtxReader : public FormatReader {
 public:
  static constexpr size_t kChunkBytes = 65536;
  static constexpr size_t kFileHeaderBytes = 4096;

  size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) override;

 private:
  void file_header(Bytes header, uint64_t offset, RecordSink& sink);
  void chunk(Bytes bytes, uint64_t offset, RecordSink& sink);
  // The record at `at`: its size, or 0 if there is none.
  size_t record_size(Bytes bytes, size_t at) const;
  size_t next_record(Bytes bytes, size_t at, size_t end) const;
  void record(Bytes bytes, size_t at, size_t size, uint64_t offset, RecordSink& sink);

  BinXmlDecoder decoder_;
  event::LogRecord record_;
};

}  // namespace picket::sensor::replay
