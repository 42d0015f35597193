// SPDX-License-Identifier: Apache-2.0
#include "app/client/temporary_agent.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/warden/agent_process.h"
#include "base/clock.h"

namespace picket::app::client {
namespace {

constexpr uint64_t kReadyPatienceNs = 20 * kNsPerSecond;
constexpr int kRetryMs = 20;

}  // namespace

Result<std::unique_ptr<TemporaryAgent>> TemporaryAgent::start(warden::WardenOptions options) {
  std::unique_ptr<TemporaryAgent> agent(new TemporaryAgent);
  char directory[] = "/run/picket-XXXXXX";
  if (!mkdtemp(directory)) return system_failure("make a directory below /run");
  agent->directory_ = directory;
  if (chmod(directory, 0755) != 0)
    return system_failure("open " + agent->directory_ + " for the agent");
  agent->socket_ = agent->directory_ + "/agent.sock";
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_failure("make a pipe");
  const UniqueFd far_end(ends[0]);
  agent->lifeline_.reset(ends[1]);
  agent->pid_ = fork();
  if (agent->pid_ < 0) return system_failure("start the warden");
  if (agent->pid_ == 0) {
    agent->lifeline_.reset();
    options.socket = agent->socket_;
    options.lifeline = far_end.get();
    const auto ended = warden::run_warden(options);
    if (!ended) std::fprintf(stderr, "picket: %s\n", ended.error().text().c_str());
    rmdir(directory);
    _exit(ended ? *ended : 3);
  }
  return agent;
}

TemporaryAgent::~TemporaryAgent() {
  lifeline_.reset();
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

Result<AgentConnection> connect_when_ready(const std::string& socket) {
  const MonoTime begun = system_clock().mono();
  for (;;) {
    auto agent = AgentConnection::connect(socket);
    if (agent) {
      auto status = ask_status(*agent);
      if (status && status->find(R"("ready":true)") != std::string::npos) return agent;
    }
    if (ns_between(begun, system_clock().mono()) > kReadyPatienceNs)
      return failure("the agent did not become ready",
                     "Run `picket doctor` to see what hinders it.");
    poll(nullptr, 0, kRetryMs);
  }
}

Result<void> shed_privileges() {
  if (geteuid() != 0) return {};
  TRY_ASSIGN(warden::Account account, warden::find_account(""));
  const char* uid = std::getenv("SUDO_UID");
  const char* gid = std::getenv("SUDO_GID");
  if (uid && std::strtoul(uid, nullptr, 10) != 0) {
    account.uid = static_cast<uid_t>(std::strtoul(uid, nullptr, 10));
    account.gid = gid ? static_cast<gid_t>(std::strtoul(gid, nullptr, 10)) : account.uid;
  }
  return warden::become(account);
}

}  // namespace picket::app::client
