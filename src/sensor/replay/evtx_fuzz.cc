// SPDX-License-Identifier: Apache-2.0
// EVTX logs of any content. Inputs of the corpus are carved chunks: a record or two after a chunk
// header, cut where the records end.
#include "sensor/replay/evtx_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::sensor::replay;
  ReadOutcome outcome;
  const OnRecord on_record = [](const picket::event::LogRecord& record, const RecordPlace&) {
    for (const picket::event::LogField& field : record.fields())
      if (field.name.size() + field.value.size() > BinXmlDecoder::kTextBytesMax * 2)
        __builtin_trap();
  };
  RecordSink sink(outcome, on_record, "fuzz", InputKind::kEvtx);
  EvtxReader reader;
  if (reader.read({data, size}, 0, true, sink) != size) __builtin_trap();
  return 0;
}
