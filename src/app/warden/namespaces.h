// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <vector>

#include "app/warden/protocol.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

// The network namespaces that a process or an `ip netns` name keeps alive, at most kNamespacesMax.
std::vector<NamespaceAnswer> list_namespaces();

// Calls `open` inside the namespace and comes back; inode 0: where the caller already is. Should
// coming back fail, the process ends: nothing may go on in a foreign namespace.
Result<UniqueFd> open_in_namespace(uint32_t inode, const std::function<Result<UniqueFd>()>& open);

}  // namespace picket::app::warden
