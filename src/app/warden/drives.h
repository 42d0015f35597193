// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

// The root folder of the drive that is mounted with this id (proc_pid_mountinfo(5)), for reading:
// folders that desktops mount drives in are often closed to all but one user. Refused (EACCES):
// mounts that are no drives, and shares of other machines, which may never answer.
Result<UniqueFd> open_drive(uint32_t mount_id);

}  // namespace picket::app::warden
