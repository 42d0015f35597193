// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/agent/pipeline.h"
#include "app/agent/status.h"
#include "app/client/agent_connection.h"
#include "base/result.h"
#include "sensor/fallback/fallback_source.h"
#include "view/live_view.h"

namespace picket::app::client {

// What an ordinary user may see without an agent: the fallback sensor and the tables, in this very
// process, with this user's rights. One thread.
class LocalAgent {
 public:
  static Result<std::unique_ptr<LocalAgent>> start(const std::vector<std::string>& geo);

  // Looks at the machine when it is time to.
  Result<void> look();
  Result<Snapshot> flows(const std::string& filter);
  Result<view::Frame> frame(const view::FrameQuery& query);
  view::Status status();
  // Prints changes as they are noticed, until `on_line` returns false.
  Result<void> follow(const std::string& filter,
                      const std::function<bool(const std::string&)>& on_line);

 private:
  LocalAgent() = default;
  std::optional<detect::intel::GeoDatabase> geo_;
  std::optional<agent::Pipeline> pipeline_;
  std::unique_ptr<sensor::fallback::FallbackSource> source_;
  std::optional<view::LiveView> live_;
  agent::AgentState state_;
};

}  // namespace picket::app::client
