// SPDX-License-Identifier: Apache-2.0
#include "event/log_record.h"

#include <algorithm>
#include <cstring>

namespace picket::event {

void LogRecord::clear() {
  origin = {};
  time.reset();
  computer = {};
  fields_.clear();
  for (Chunk& chunk : chunks_) chunk.used = 0;
  chunk_ = 0;
}

std::string_view LogRecord::keep(std::string_view text) {
  if (text.empty()) return {};
  while (chunk_ < chunks_.size() &&
         chunks_[chunk_].bytes.size() - chunks_[chunk_].used < text.size())
    ++chunk_;
  if (chunk_ == chunks_.size())
    chunks_.push_back({std::vector<char>(std::max(kChunkBytes, text.size())), 0});
  Chunk& chunk = chunks_[chunk_];
  char* place = chunk.bytes.data() + chunk.used;
  std::memcpy(place, text.data(), text.size());
  chunk.used += text.size();
  return {place, text.size()};
}

const LogField* LogRecord::find(std::string_view name) const {
  for (const LogField& field : fields_)
    if (field.name == name) return &field;
  return nullptr;
}

}  // namespace picket::event
