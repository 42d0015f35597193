// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "view/frame.h"

namespace picket::app::tui {

// Who answers questions about the live state: the agent behind its socket, or a test.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  // Blocks until there is an answer or an error; called by one thread that is not the one that
  // draws, one question at a time. After an error it is asked again, so it reconnects by itself.
  virtual Result<view::Frame> ask(const view::FrameQuery& query) = 0;
  // Makes an ask() under way return soon, and later ones at once, with an error. Any thread; called
  // once, when the reader quits.
  virtual void cancel() = 0;
};

}  // namespace picket::app::tui
