// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/warden/agent_process.h"
#include "base/result.h"
#include "enforce/firewall.h"
#include "respond/firewall/verdict.h"

namespace picket::app::firewall {

// A TCP connection that whoever runs this command came in by: one held by a process above it.
struct Session {
  respond::firewall::Conversation conversation;
  std::string text;  // 192.0.2.7:51234, of sshd
};
std::vector<Session> own_sessions();

// An Error when the rules would deny one of those, or picket itself.
Result<void> spare_own_sessions(const enforce::Wanted& wanted, const warden::Account& account);

}  // namespace picket::app::firewall
