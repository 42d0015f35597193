// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "event/facts.h"

namespace picket::app::client {

constexpr size_t kAnswerLineMax = 64u << 20;  // a frame or flow is far below

// A reader's end of the agent's line protocol (docs/formats/agent_socket.md). One thread, but for
// cancel().
class AgentConnection {
 public:
  // The error of a socket that nobody serves has the code ENOENT or ECONNREFUSED.
  static Result<AgentConnection> connect(const std::string& path);

  Result<void> send_line(const std::string& request);
  // The next line without its end; an error when the agent is gone.
  Result<std::string> read_line();
  // Makes a read under way, and all later ones, fail. Any thread.
  void cancel();

 private:
  explicit AgentConnection(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
  std::string received_;
  size_t begin_ = 0;
};

struct Snapshot {
  std::vector<event::FlowFacts> flows;
  std::string status;  // the status line, JSON
};

Result<Snapshot> ask_flows(AgentConnection& agent, const std::string& filter);
Result<std::string> ask_status(AgentConnection& agent);
// Lines of the follow stream until `on_line` returns false or the agent goes.
Result<void> follow(AgentConnection& agent, const std::string& filter,
                    const std::function<bool(const std::string&)>& on_line);
// What an error line of the agent says; nullopt: the line is none.
std::optional<std::string> error_of(std::string_view line);

}  // namespace picket::app::client
