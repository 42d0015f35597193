// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/evtx_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace picket::sensor::replay {
namespace {

constexpr std::string_view kFileMagic{"ElfFile\0", 8};
constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
constexpr uint32_t kRecordMagic = 0x00002a2a;
constexpr size_t kRecordHeaderBytes = 24;                   // magic, size, id, time
constexpr size_t kRecordBytesMin = kRecordHeaderBytes + 4;  // and the size again
constexpr size_t kChunkHeaderBytes = 512;

uint32_t number_at(Bytes bytes, size_t at) {
  ByteReader reader(bytes);
  reader.seek(at);
  return reader.u32_le();
}

uint32_t checksum(Bytes bytes, uint32_t before = 0) {
  return static_cast<uint32_t>(crc32(before, bytes.data(), static_cast<uInt>(bytes.size())));
}

bool all_zero(Bytes bytes) {
  if (bytes.empty()) return true;
  // Each byte equals the one before it, compared by the word: logs are mostly chunks not yet used.
  return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

struct ChunkHeader {
  size_t free_offset = 0;  // where the next record would be written
  bool sound = false;      // its checksum is right
};

ChunkHeader chunk_header(Bytes chunk) {
  ChunkHeader header;
  header.free_offset = number_at(chunk, 48);
  header.sound = checksum(chunk.subspan(128, kChunkHeaderBytes - 128),
                          checksum(chunk.first(120))) == number_at(chunk, 124);
  if (header.free_offset < kChunkHeaderBytes || header.free_offset > EvtxReader::kChunkBytes)
    header.sound = false;
  return header;
}

}  // namespace

size_t EvtxReader::read(Bytes window, uint64_t offset, bool last, RecordSink& sink) {
  size_t done = 0;
  while (done < window.size()) {
    const Bytes rest = window.subspan(done);
    const bool file_start = offset + done == 0 && !as_text(rest).starts_with(kChunkMagic);
    const size_t unit = file_start ? kFileHeaderBytes : kChunkBytes;
    if (rest.size() < unit && !last) break;
    const Bytes bytes = rest.first(std::min(unit, rest.size()));
    if (file_start)
      file_header(bytes, offset + done, sink);
    else
      chunk(bytes, offset + done, sink);
    done += bytes.size();
  }
  return done;
}

void EvtxReader::file_header(Bytes header, uint64_t offset, RecordSink& sink) {
  if (header.size() < kFileHeaderBytes) {
    sink.damaged(offset, "the file ends within its header");
    return;
  }
  if (!as_text(header).starts_with(kFileMagic))
    sink.damaged(offset, "no file header");
  else if (checksum(header.first(120)) != number_at(header, 124))
    sink.bad_checksum(offset, "the file header's checksum is wrong");
}

void EvtxReader::chunk(Bytes bytes, uint64_t offset, RecordSink& sink) {
  if (!as_text(bytes).starts_with(kChunkMagic)) {
    if (!all_zero(bytes)) sink.damaged(offset, "64 KiB that are no chunk");
    return;
  }
  if (bytes.size() < kChunkHeaderBytes) {
    sink.damaged(offset, "the file ends within a chunk's header");
    return;
  }
  const bool cut = bytes.size() < kChunkBytes;
  const ChunkHeader header = chunk_header(bytes);
  if (!header.sound) sink.bad_checksum(offset, "the chunk header's checksum is wrong");
  // Without a sound header, look for records as far as the chunk goes.
  const size_t promised = header.sound ? header.free_offset : bytes.size();
  const size_t end = std::min(promised, bytes.size());
  if (header.sound && !cut &&
      checksum(bytes.subspan(kChunkHeaderBytes, end - kChunkHeaderBytes)) != number_at(bytes, 52))
    sink.bad_checksum(offset, "the checksum of a chunk's records is wrong");
  decoder_.begin_chunk(bytes);
  size_t at = kChunkHeaderBytes;
  while (at < end) {
    if (const size_t size = record_size(bytes, at); size > 0) {
      record(bytes, at, size, offset, sink);
      at += size;
      continue;
    }
    if (!header.sound && all_zero(bytes.subspan(at, end - at))) break;
    const size_t next = next_record(bytes, at + 4, end);
    sink.damaged(offset + at, next < end || !cut ? "no record here; going on at the next one"
                                                 : "the file ends within a record");
    at = next;
  }
  if (cut && header.sound && at >= end && end == bytes.size() && promised > end && at == end)
    sink.damaged(offset + end, "the file ends within a chunk");
}

size_t EvtxReader::record_size(Bytes bytes, size_t at) const {
  ByteReader reader(bytes);
  reader.seek(at);
  if (reader.u32_le() != kRecordMagic) return 0;
  const size_t size = reader.u32_le();
  if (reader.failed() || size < kRecordBytesMin || size > bytes.size() - at) return 0;
  return number_at(bytes, at + size - 4) == size ? size : 0;
}

size_t EvtxReader::next_record(Bytes bytes, size_t at, size_t end) const {
  constexpr std::string_view kMagic{"**\0\0", 4};
  const std::string_view text = as_text(bytes.first(end));
  while ((at = text.find(kMagic, at)) != std::string_view::npos) {
    if (record_size(bytes, at) > 0) return at;
    ++at;
  }
  return end;
}

void EvtxReader::record(Bytes bytes, size_t at, size_t size, uint64_t offset, RecordSink& sink) {
  record_.clear();
  if (!decoder_.decode(at + kRecordHeaderBytes, at + size - 4, record_)) {
    sink.damaged(offset + at, "a record that does not parse");
    return;
  }
  if (!record_.time) {
    ByteReader reader(bytes);
    reader.seek(at + 16);
    record_.time = filetime_to_wall(reader.u64_le());
  }
  finish_origin(record_);
  sink.deliver(record_, offset + at);
}

}  // namespace picket::sensor::replay
