// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace picket::app::response {

// How far a scan came, in a small file of the caller's (--resume FILE): three lines, the path in
// hexadecimal since it need not be text.
//   picket scan 1
//   root 2          which of the roots, from 0
//   after 2f746d70  the last file that was looked at
struct ScanCheckpoint {
  size_t root = 0;
  std::string after;  // empty: nothing of that root yet
};

std::string text_of(const ScanCheckpoint& checkpoint);
// nullopt: it is none.
std::optional<ScanCheckpoint> parse_checkpoint(std::string_view text);

// The checkpoint in a file; a first one where there is no file. An Error: it is something else.
Result<ScanCheckpoint> read_checkpoint(const std::string& path);
// Whole or not at all.
Result<void> write_checkpoint(const std::string& path, const ScanCheckpoint& checkpoint);

}  // namespace picket::app::response
