// SPDX-License-Identifier: Apache-2.0
// The socket tables of /proc/net. First byte: of which kind; the rest: the text.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "base/byte_reader.h"
#include "sensor/fallback/proc_net.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket;
  using namespace picket::sensor::fallback;
  constexpr size_t kSocketsMax = 8;
  const DiagQuery queries[] = {{AF_INET, IPPROTO_TCP, event::Transport::kTcp},
                               {AF_INET6, IPPROTO_RAW, event::Transport::kRaw},
                               {AF_PACKET, 0, event::Transport::kPacket}};
  if (size == 0) return 0;
  std::vector<SocketEntry> entries;
  const std::string_view text = as_text(Bytes(data + 1, size - 1));
  parse_proc_net(text, queries[data[0] % std::size(queries)], kSocketsMax, entries);
  if (entries.size() > kSocketsMax) std::abort();
  return 0;
}
