// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

constexpr const char* kDefaultSocket = "/run/picket/agent.sock";

// The UNIX socket that `picket connections` and `picket watch` connect to, made by the warden
// because only root may write there, and served by the agent. Root, the members of the group
// `picket` and the user who called sudo may connect. A socket left behind by a picket that is gone
// is replaced; one that is in use is an error.
// `group`: who may connect where there is no group `picket`, the agent's own account.
Result<UniqueFd> bind_client_socket(const std::string& path, gid_t group);

}  // namespace picket::app::warden
