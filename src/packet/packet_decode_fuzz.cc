// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the layer, the rest is cut into two frames by the second: decoded, put
// together, and what they carry decoded in turn.
#include "packet/defragmenter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket;
  using namespace picket::packet;
  if (size < 2) return 0;
  const Decoder decoder{DecodeOptions{}};
  Defragmenter defragmenter(
      [data](const IpAddress&) { return static_cast<FragmentPolicy>(data[0] / 16 % 7); });
  const auto first = static_cast<Layer>(data[0] % 10);
  Bytes rest(data + 2, size - 2);
  const size_t cut = rest.size() * data[1] / 256;
  for (const Bytes frame : {rest.first(cut), rest.subspan(cut)}) {
    Packet packet;
    auto inner = decoder.decode(first, frame, packet);
    if (packet.is_fragment) inner = defragmenter.add(packet);
    for (unsigned depth = 0; inner && depth < Decoder::kDepthMax; ++depth) {
      Packet carried;
      inner = decoder.decode(inner->layer, inner->bytes, carried);
    }
  }
  return 0;
}
