// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>

#include "base/clock.h"

namespace picket::app::web::api {

// Until when an answer is worked on: a time, or the moment its reader goes. Copies look at the same
// reader. Any thread.
struct Deadline {
  const Clock* clock = nullptr;
  MonoTime until;
  std::shared_ptr<std::atomic<bool>> gone;  // shared with the connection (http/message.h)

  bool over() const { return (gone && gone->load()) || clock->mono() >= until; }
};

}  // namespace picket::app::web::api
