// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/web/api/known_rule.h"
#include "app/web/console_place.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::exceptions {
class ExceptionSet;
}

namespace picket::app::web {

struct ConsoleSettings {
  ConsolePlace place;
  std::string folder;                              // of the store; empty: none is kept
  std::vector<api::KnownRule> rules{};             // what the agent detects with
  exceptions::ExceptionSet* exceptions = nullptr;  // the agent's; outlives the console
  std::vector<UniqueFd> agent;  // kAgentWays ways to the agent; none: there is none
  // On each thread before it does anything, before start() returns: gives up rights.
  std::function<void()> on_thread_start;
};

// The web console: an HTTP server, workers that answer, and the live feed, on threads of their own
// from start() to the end of this. Any thread may ask for a link.
class Console {
 public:
  static constexpr size_t kWorkers = 3;
  static constexpr size_t kWaitingMax = 64;  // requests; more are told so (503) and counted
  static constexpr size_t kAgentWays = kWorkers + 2;  // and one for frames, one for alerts

  static Result<std::unique_ptr<Console>> start(ConsoleSettings settings);
  ~Console();

  const Endpoint& at() const;
  std::string url() const;  // http://127.0.0.1:7480/
  // An address that signs in whoever opens it first, within ten minutes, as an admin.
  Result<std::string> sign_in_link();

 private:
  struct Parts;
  explicit Console(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace picket::app::web
