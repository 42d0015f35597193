// SPDX-License-Identifier: Apache-2.0
// Triples of (what, offset, size) drive a buffer; with the policies that do not depend on segments'
// bounds it must agree with a plain array of bytes.
#include <array>
#include <cstdlib>
#include <optional>

#include "inspect/stream/stream_buffer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::inspect::stream;
  if (size == 0) return 0;
  const bool last = data[0] & 1;
  const OverlapPolicy policy = last ? OverlapPolicy::kLast : OverlapPolicy::kFirst;
  StreamBuffer buffer;
  std::array<std::optional<uint8_t>, 1024> model{};
  uint64_t settled = 0;
  for (size_t at = 1; at + 3 <= size; at += 3) {
    const uint64_t offset = data[at + 1] * 3u;
    if (data[at] % 4 == 0) {
      buffer.settle(offset);
      settled = buffer.settled();
      if (data[at + 2] & 1) buffer.release(std::min<uint64_t>(offset, settled));
      continue;
    }
    std::array<uint8_t, 256> bytes;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(data[at] + i * at);
    const size_t count = data[at + 2];
    buffer.insert(offset, {bytes.data(), count}, policy);
    for (size_t i = 0; i < count; ++i) {
      auto& byte = model[offset + i];
      if (!byte || (last && offset + i >= settled)) byte = bytes[i];
    }
    for (uint64_t i = buffer.begin(); i < buffer.end(); ++i)
      if (!model[i] || *model[i] != buffer.bytes(i, i + 1)[0]) std::abort();
    if (buffer.end() < model.size() && model[buffer.end()]) std::abort();
  }
  return 0;
}
