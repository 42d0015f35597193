// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/warden/agent_process.h"
#include "app/warden/answering.h"
#include "base/clock.h"

namespace picket::app::warden {

// An agent that dies again and again is started ever more slowly, from the first to the second.
constexpr uint64_t kRestartPauseMs = 20;
constexpr uint64_t kRestartPauseMsMax = 5000;
constexpr uint64_t kStableAfterNs = 10 * kNsPerSecond;
// An agent that ends with this code (cli/exit_code.h: could not) soon after its start has said why;
// the next one could not either.
constexpr int kAgentCouldNot = 3;
// How long an agent may live on after it closed its socket.
constexpr uint64_t kFarewellNs = 3 * kNsPerSecond;

// AgentKeeper keeps one agent running: starts it, answers its requests, and starts it anew when it
// dies or breaks the protocol (more than kRefusalsMax requests refused, answers not read, socket
// closed without ending). An agent can at worst get itself killed: nothing it sends, and nothing it
// leaves unread, makes the warden wait. Single-threaded; its owner polls the two descriptors.
class AgentKeeper {
 public:
  // Starts an agent with its end of the socket pair.
  using Start = std::function<Result<Child>(UniqueFd socket)>;
  // What a new agent may ask; it has greeted nobody yet.
  using Admit = std::function<Result<std::unique_ptr<Answering>>()>;
  using Say = std::function<void(const std::string&)>;

  AgentKeeper(Start start, Admit admit, Say say, const Clock& clock = system_clock())
      : start_(std::move(start)), admit_(std::move(admit)), say_(std::move(say)), clock_(clock) {}

  Result<void> start();
  // Readable: call serve_message(). -1: not now.
  int socket() const { return socket_.get(); }
  // Readable: call reap(). -1: not now.
  int process() const { return agent_.pidfd.get(); }
  // After this many milliseconds call keep_time(); -1: not before something is readable.
  int wait_ms() const;

  // Set, to kAgentCouldNot, when no other agent is going to be started.
  std::optional<int> gave_up() const { return gave_up_; }

  void serve_message();
  void reap();
  Result<void> keep_time();
  // Asks the agent to end, and sees to it that it does.
  void stop() { stop_child(agent_); }

 private:
  void end_agent(const std::string& why);
  void expect_end();

  Start start_;
  Admit admit_;
  Say say_;
  const Clock& clock_;
  Child agent_;
  UniqueFd socket_;
  std::unique_ptr<Answering> answering_;
  uint32_t refusals_ = 0;
  MonoTime started_;
  uint64_t pause_ms_ = kRestartPauseMs;
  std::optional<int> gave_up_;
  std::optional<MonoTime> due_;  // to start the next agent, or to end one that closed its socket
};

}  // namespace picket::app::warden
