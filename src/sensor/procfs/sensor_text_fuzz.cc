// SPDX-License-Identifier: Apache-2.0
// The texts of /proc that the fallback reads. First byte: which; the rest: the text.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "base/byte_reader.h"
#include "sensor/fallback/proc_net.h"
#include "sensor/procfs/process_text.h"

using namespace picket;
using namespace picket::sensor;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMax = 8;
  if (size == 0) return 0;
  std::string_view text = as_text(Bytes(data + 1, size - 1));
  std::vector<fallback::SocketEntry> entries;
  switch (data[0] % 9) {
    case 0:
      if (auto stat = procfs::parse_stat(text); stat && stat->command.size() > size) std::abort();
      break;
    case 1: procfs::parse_status(text); break;
    case 2:
      if (procfs::split_arguments(text, kMax).size() > kMax) std::abort();
      break;
    case 3: procfs::unified_cgroup(text); break;
    case 4: procfs::find_mounts(text, "cgroup2"); break;
    case 5: procfs::parse_executable_link(text); break;
    case 6:
      fallback::parse_proc_net(text, {AF_INET, IPPROTO_TCP, event::Transport::kTcp}, kMax, entries);
      break;
    case 7:
      fallback::parse_proc_net(text, {AF_INET6, IPPROTO_RAW, event::Transport::kRaw}, kMax, entries);
      break;
    default:
      fallback::parse_proc_net(text, {AF_PACKET, 0, event::Transport::kPacket}, kMax, entries);
  }
  if (entries.size() > kMax) std::abort();
  return 0;
}
