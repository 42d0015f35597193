// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/inflate.h"

#include <zlib.h>

namespace picket::detect::suricata {

bool inflate_bytes(Bytes in, bool gzip, size_t bytes_max, std::vector<uint8_t>& out) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip ? MAX_WBITS + 16 : MAX_WBITS) != Z_OK) return false;
  size_t before = out.size();
  out.resize(before + bytes_max);
  stream.next_in = const_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data() + before;
  stream.avail_out = static_cast<uInt>(bytes_max);
  inflate(&stream, Z_SYNC_FLUSH);
  out.resize(before + stream.total_out);
  inflateEnd(&stream);
  return out.size() > before;
}

}  // namespace picket::detect::suricata
