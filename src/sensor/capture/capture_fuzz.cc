// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sensor/capture/capture_reader.h"

namespace {

// Hands out bytes a few at a time, as a pipe may.
class Trickle final : public picket::sensor::replay::ByteSource {
 public:
  explicit Trickle(picket::Bytes bytes) : bytes_(bytes) {}
  picket::Result<size_t> read(std::span<uint8_t> into) override {
    const size_t size = std::min({into.size(), bytes_.size(), size_t{7}});
    std::copy_n(bytes_.begin(), size, into.begin());
    bytes_ = bytes_.subspan(size);
    return size;
  }

 private:
  picket::Bytes bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::sensor::capture;
  Trickle source({data, size});
  const auto reader = CaptureReader::open(source);
  if (!reader) return 0;
  Frame frame;
  uint64_t sum = 0;
  while ((*reader)->next(frame))
    for (const uint8_t byte : frame.bytes) sum += byte;
  return sum == ~uint64_t{0} ? 1 : 0;
}
