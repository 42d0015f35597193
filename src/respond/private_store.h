// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::respond {

// The folder that responses keep their records and files in. It belongs to the account that acts
// and to nobody else: root's is not the agent's state folder, because an agent that was taken over
// must not change what root did.
constexpr const char* kRootFolder = "/var/lib/picket-response";

// kRootFolder for root, else the caller's own (XDG Base Directory Specification: XDG_STATE_HOME,
// else HOME/.local/state), /picket below it.
std::string default_folder();

// Opens the folder, made with mode 0700 where it is not there (its parents with 0755). Refuses one
// that is a symbolic link, belongs to another account, or that others may look into or change.
Result<UniqueFd> open_private_folder(const std::string& path);
// The same for a folder in one that is open.
Result<UniqueFd> open_private_folder_in(int parent, const std::string& name);

}  // namespace picket::respond
