// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <mutex>

#include "app/client/commands.h"
#include "app/client/local_agent.h"
#include "app/client/temporary_agent.h"
#include "app/client/terminal_facts.h"
#include "app/tui/watch.h"

namespace picket::app::client {
namespace {

// Frames from a running agent; connects again after an error.
class AgentFrames final : public tui::FrameSource {
 public:
  explicit AgentFrames(std::string socket) : socket_(std::move(socket)) {}

  Result<view::Frame> ask(const view::FrameQuery& query) override {
    auto frame = ask_once(query);
    if (!frame) {
      std::lock_guard lock(mutex_);
      agent_.reset();
    }
    return frame;
  }
  void cancel() override {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (agent_) agent_->cancel();
  }
  void use(AgentConnection agent) { agent_.emplace(std::move(agent)); }

 private:
  Result<view::Frame> ask_once(const view::FrameQuery& query) {
    TRY(ensure_connected());
    TRY(agent_->send_line(R"({"ask":"frame","query":)" + view::to_json(query) + "}"));
    TRY_ASSIGN(const std::string line, agent_->read_line());
    if (const auto error = error_of(line)) return failure(*error);
    auto frame = view::parse_frame(line);
    if (!frame)
      return failure("the agent speaks another version of the protocol",
                     "Restart it with this version of picket.");
    return std::move(*frame);
  }
  Result<void> ensure_connected() {
    std::lock_guard lock(mutex_);
    if (cancelled_) return failure("cancelled");
    if (agent_) return {};
    TRY_ASSIGN(AgentConnection agent, AgentConnection::connect(socket_));
    agent_.emplace(std::move(agent));
    return {};
  }

  std::string socket_;
  std::mutex mutex_;  // between ask() and cancel(): who has the connection
  std::optional<AgentConnection> agent_;
  bool cancelled_ = false;
};

// Frames of what this user may see without an agent.
class LocalFrames final : public tui::FrameSource {
 public:
  explicit LocalFrames(std::unique_ptr<LocalAgent> local) : local_(std::move(local)) {}
  Result<view::Frame> ask(const view::FrameQuery& query) override { return local_->frame(query); }
  void cancel() override {}

 private:
  std::unique_ptr<LocalAgent> local_;
};

}  // namespace

Result<int> run_watch_command(const cli::WatchRequest& request) {
  tui::WatchOptions options;
  options.ascii = request.session.ascii;
  options.no_color = request.session.no_color;
  options.hide_local = request.hide_local;
  options.grouping = request.grouping;
  options.filter = request.filter;
  const std::string socket = socket_or_default(request.session.socket);
  auto running = AgentConnection::connect(socket);
  // Started by `picket run`, the view may be there before the agent has begun to answer.
  if (running || !request.session.socket.empty()) {
    AgentFrames frames(socket);
    if (running) frames.use(std::move(*running));
    TRY(shed_privileges());
    return tui::run_watch(frames, options);
  }
  if (geteuid() == 0) {
    TRY_ASSIGN(const auto own, TemporaryAgent::start({}));
    AgentFrames frames(own->socket());
    TRY_ASSIGN(AgentConnection agent, connect_when_ready(own->socket()));
    frames.use(std::move(agent));
    TRY(shed_privileges());
    return tui::run_watch(frames, options);
  }
  TRY_ASSIGN(auto local, LocalAgent::start({}));
  LocalFrames frames(std::move(local));
  return tui::run_watch(frames, options);
}

}  // namespace picket::app::client
