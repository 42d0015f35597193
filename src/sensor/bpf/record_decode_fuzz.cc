// SPDX-License-Identifier: Apache-2.0
// What the ring buffer or an iterator holds, split and decoded: neither may read outside the bytes.
#include <cstdlib>

#include "sensor/bpf/record_decode.h"

namespace {

void check(picket::Bytes record) {
  const auto observation = picket::sensor::bpf::decode_record(record);
  if (!observation) return;
  const auto* payload = std::get_if<picket::event::PayloadSeen>(&*observation);
  if (!payload || payload->bytes.empty()) return;
  const bool inside =
      payload->bytes.data() >= record.data() &&
      payload->bytes.data() + payload->bytes.size() <= record.data() + record.size();
  if (!inside) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const picket::Bytes bytes(data, size);
  check(bytes);
  // In two halves, as read() may cut them.
  std::vector<uint8_t> pending;
  size_t records = 0, taken = 0;
  const auto on_record = [&](picket::Bytes record) {
    ++records;
    taken += record.size();
    check(record);
  };
  if (picket::sensor::bpf::split_records(pending, bytes.first(size / 2), on_record) &&
      picket::sensor::bpf::split_records(pending, bytes.subspan(size / 2), on_record) &&
      taken + pending.size() != size)
    std::abort();
  return 0;
}
