// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "app/client/agent_connection.h"
#include "app/warden/warden.h"
#include "base/result.h"

namespace picket::app::client {

// For root without a running agent: a warden and an agent of our own, for as long as this lives.
// They end when it is destroyed or when this process dies, because both hold ends of a pipe.
class TemporaryAgent {
 public:
  static Result<std::unique_ptr<TemporaryAgent>> start(warden::WardenOptions options);
  ~TemporaryAgent();
  const std::string& socket() const { return socket_; }

 private:
  TemporaryAgent() = default;
  std::string directory_, socket_;
  UniqueFd lifeline_;
  int pid_ = -1;
};

// An agent's connection once it is ready: everything from here on is seen.
Result<AgentConnection> connect_when_ready(const std::string& socket);

// Gives up root, if we have it, for the user who called sudo, else for the agent's own account:
// what comes from the agent is not parsed with privileges.
Result<void> shed_privileges();

}  // namespace picket::app::client
