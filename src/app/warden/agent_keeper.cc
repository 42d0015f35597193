// SPDX-License-Identifier: Apache-2.0
#include "app/warden/agent_keeper.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace picket::app::warden {

Result<void> AgentKeeper::start() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return system_failure("make the socket pair to the agent");
  UniqueFd mine(pair[0]), theirs(pair[1]);
  TRY_ASSIGN(answering_, admit_());
  TRY_ASSIGN(agent_, start_(std::move(theirs)));
  socket_ = std::move(mine);
  refusals_ = 0;
  started_ = clock_.mono();
  due_.reset();
  return {};
}

int AgentKeeper::wait_ms() const {
  if (!due_) return -1;
  const uint64_t left_ms = (ns_between(clock_.mono(), *due_) + kNsPerMs - 1) / kNsPerMs;
  return static_cast<int>(std::min<uint64_t>(left_ms, INT_MAX));
}

Result<void> AgentKeeper::keep_time() {
  if (!due_ || clock_.mono() < *due_) return {};
  due_.reset();
  if (agent_.pid < 0) return start();
  end_agent("the agent does not end");
  return {};
}

void AgentKeeper::serve_message() {
  // One byte more than a request has, so that a longer one is seen as such.
  const auto message = receive_message(socket_.get(), sizeof(Request) + 1, 0);
  if (!message || message->closed) return expect_end();
  const Answering::Reply reply = answering_->answer(*message);
  if (reply.refused && ++refusals_ > kRefusalsMax)
    return end_agent("the agent keeps asking for what is not to be had");
  const Bytes header{reinterpret_cast<const uint8_t*>(&reply.header), sizeof reply.header};
  const Bytes parts[] = {header, reply.bytes};
  const auto sent = send_message(socket_.get(), parts, reply.descriptors, Wait::kNo);
  if (sent) return;
  if (sent.error().code == EAGAIN) return end_agent("the agent does not read its answers");
  expect_end();
}

void AgentKeeper::end_agent(const std::string& why) {
  say_(why + "; killing it");
  syscall(SYS_pidfd_send_signal, agent_.pidfd.get(), SIGKILL, nullptr, 0);
  socket_.reset();
}

void AgentKeeper::expect_end() {
  socket_.reset();
  due_ = MonoTime{clock_.mono().ns + kFarewellNs};
}

void AgentKeeper::reap() {
  int status = 0;
  if (waitpid(agent_.pid, &status, WNOHANG) != agent_.pid) return;
  agent_ = {};
  socket_.reset();
  const MonoTime now = clock_.mono();
  const bool stable = ns_between(started_, now) > kStableAfterNs;
  if (!stable && WIFEXITED(status) && WEXITSTATUS(status) == kAgentCouldNot) {
    gave_up_ = kAgentCouldNot;
    due_.reset();
    return;
  }
  pause_ms_ = stable ? kRestartPauseMs : std::min(pause_ms_ * 2, kRestartPauseMsMax);
  due_ = MonoTime{now.ns + pause_ms_ * kNsPerMs};
  say_((WIFSIGNALED(status) ? "the agent was ended by signal " + std::to_string(WTERMSIG(status))
                            : "the agent ended with code " + std::to_string(WEXITSTATUS(status))) +
       "; starting it anew");
}

}  // namespace picket::app::warden
