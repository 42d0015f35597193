// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sensor/fallback/netlink_message.h"

namespace picket::sensor::fallback {

constexpr size_t kDumpTriesMax = 3;
constexpr size_t kDatagramMax = 64 * 1024;  // the kernel fills at most 32 KiB at a time
constexpr int kReplyTimeoutMs = 2000;

// A netlink socket that lists the sockets of the network namespace it is opened in (and keeps doing
// so wherever it is handed). Needs no rights.
Result<UniqueFd> open_diag_socket();

struct DumpOutcome {
  bool supported = true;  // false: this kernel does not list such sockets
  bool complete = true;   // false: some may be missing, absence proves nothing
};

// Listings over one such socket. A listing that the kernel calls inconsistent, or whose datagrams
// got lost or cut, is taken again up to kDumpTriesMax times, then returned as not complete
// (counted in sensor.netlink.*). One thread.
class SockDiag {
 public:
  explicit SockDiag(UniqueFd socket);

  // Appends all sockets of `query` to `out`, which grows to at most `sockets_max`. An error means
  // the socket is of no use (any more).
  Result<DumpOutcome> list(const DiagQuery& query, size_t sockets_max,
                           std::vector<SocketEntry>& out);

 private:
  struct Received {
    bool again = false;  // interrupted, lost or cut
    int error = 0;
  };
  Result<void> send_request(const DiagQuery& query);
  Result<Received> receive_all(const DiagQuery& query, size_t sockets_max,
                               std::vector<SocketEntry>& out);

  UniqueFd socket_;
  uint32_t sequence_ = 0;
  std::vector<uint8_t> buffer_;
};

}  // namespace picket::sensor::fallback
