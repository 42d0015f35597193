// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/warden/agent_process.h"
#include "base/result.h"

namespace picket::app::warden {

// Makes the folder of the agent's history if it is not there, for the account alone to write and
// its group to read. A folder that is there is given to the account, with its files, only when it
// is root's (a service manager made it, root added an analysis) and holds nothing but files of a
// history; no link is followed in its last part.
Result<void> make_state_folder(const std::string& path, const Account& account);

}  // namespace picket::app::warden
