// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <vector>

#include "app/warden/protocol.h"
#include "base/result.h"
#include "event/vocabulary.h"

namespace picket::app::warden {

// What the warden does for the firewall while picket runs; given by whoever knows the firewall
// (app/firewall), which itself uses the warden's parts. Unset functions: there is no firewall.
struct FirewallSeam {
  // Before the agent is started: the rule file is put in force. For people: what went wrong.
  std::function<Result<void>()> restore;
  // The programs that rules name by content.
  std::function<std::vector<DigestAnswer>()> digests;
  // Reads what this process runs; the kernel is told when a rule names it.
  std::function<Result<void>(const event::ProcessKey& key)> check_program;
};

}  // namespace picket::app::warden
