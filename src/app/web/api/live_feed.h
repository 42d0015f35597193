// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/web/access/sessions.h"
#include "app/web/api/agent_door.h"
#include "app/web/api/frame_delta.h"
#include "base/clock.h"
#include "view/frame.h"

namespace picket::app::web::http {
class EventStream;
}

namespace picket::app::web::api {

// Sends live data to the browsers that listen: a frame at first and after a loss, then what
// changed, as often as each asked for and as it keeps up with; alerts as they are raised. run() is
// a thread of its own; add() and stop() may be called on any.
class LiveFeed {
 public:
  static constexpr unsigned kPerSecondMax = 5;
  static constexpr size_t kListenersMax = 16;
  static constexpr uint64_t kKeepAliveNs = 15 * kNsPerSecond;
  static constexpr uint64_t kChoresNs = 30 * kNsPerSecond;

  struct Listener {
    std::shared_ptr<http::EventStream> stream;  // shared with the connection that takes from it
    view::FrameQuery query;
    unsigned per_s = 2;
    std::string session;  // it ends with this
  };

  // `alerts`: another way to the agent, on which alerts come. `chores` is called now and then, and
  // at the end, on the thread.
  LiveFeed(AgentDoor& door, UniqueFd alerts, const access::Sessions& sessions, const Clock& clock,
           std::function<void()> chores)
      : door_(door),
        alerts_(std::move(alerts)),
        sessions_(sessions),
        clock_(clock),
        chores_(std::move(chores)) {}

  // False: there are kListenersMax already (counted).
  bool add(Listener&& listener);
  void run();  // until stop(), or the agent ends
  void stop();

 private:
  struct Served {
    Listener listener;
    FrameDelta delta;
    MonoTime next, next_comment;
  };
  void take_new();
  void serve(Served& served, MonoTime now);
  Result<void> wait_for_alerts();

  AgentDoor& door_;
  AgentLines alerts_;
  const access::Sessions& sessions_;
  const Clock& clock_;
  const std::function<void()> chores_;
  std::vector<std::unique_ptr<Served>> served_;  // of the thread
  std::mutex mutex_;
  std::vector<Listener> new_;
  size_t listeners_ = 0;  // served and new
  std::atomic<bool> stop_ = false;
};

}  // namespace picket::app::web::api
