// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/tui/frame_source.h"
#include "base/result.h"

namespace picket::app::tui {

struct WatchOptions {
  bool ascii = false;
  bool no_color = false;
  bool hide_local = false;
  view::Grouping grouping = view::Grouping::kApplication;
  std::string filter;
  std::string export_directory = ".";
};

constexpr int kFrameIntervalMs = 250;   // four frames a second
constexpr int kRetryIntervalMs = 1000;  // after an error
constexpr int kLateMs = 1500;           // an answer that takes longer is told of

// `picket watch`: takes the terminal over until the reader quits, then gives it back; the exit
// code. An Error is one of the terminal (none, too simple); a source that fails or is slow is told
// on the screen and asked again. Blocks; call it from the thread that is to receive the signals.
Result<int> run_watch(FrameSource& source, const WatchOptions& options);

}  // namespace picket::app::tui
