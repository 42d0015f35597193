// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "app/warden/protocol.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "event/vocabulary.h"

namespace picket::app::warden {

// A process held by its /proc directory: as long as that is open, a reused pid cannot be mistaken
// for it, because the directory of a dead process answers ESRCH.
class HeldProcess {
 public:
  // ESRCH when no process has that pid and start (compared in clock ticks).
  static Result<HeldProcess> hold(const event::ProcessKey& key);
  Result<UniqueFd> open_executable() const;
  Result<ProcessLinksAnswer> links() const;

 private:
  explicit HeldProcess(UniqueFd directory) : directory_(std::move(directory)) {}
  UniqueFd directory_;
};

// The start in clock ticks out of the text of /proc/PID/stat. Only what follows the last ')' is
// looked at, so the process' own name, which it may choose, is never parsed.
std::optional<uint64_t> start_ticks(std::string_view stat);

}  // namespace picket::app::warden
