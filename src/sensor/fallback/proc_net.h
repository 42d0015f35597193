// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "sensor/fallback/netlink_message.h"
#include "sensor/fallback/socket_entry.h"

// The socket tables under /proc/net as text (proc(5)): for what sock_diag does not list at all
// (ping sockets: icmp, icmp6) or not here (filtered, not built in). They carry no cookie, no
// counters and no cgroup; the cookie is made up from the inode or, without one, from the addresses.
// Pure; safe from any thread.
namespace picket::sensor::fallback {

// The file of /proc/net that has what `query` asks for; nullptr: none has.
const char* proc_net_name(const DiagQuery& query);

// Appends the file's sockets to `out`, which grows to at most `sockets_max`; a line that is not one
// is counted in sensor.proc_net.malformed and skipped. False when the limit cut it short.
bool parse_proc_net(std::string_view text, const DiagQuery& query, size_t sockets_max,
                    std::vector<SocketEntry>& out);

}  // namespace picket::sensor::fallback
