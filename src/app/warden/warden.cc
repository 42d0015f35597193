// SPDX-License-Identifier: Apache-2.0
#include "app/warden/warden.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/warden/agent_process.h"
#include "app/warden/answering.h"
#include "app/warden/client_listener.h"
#include "base/clock.h"

namespace picket::app::warden {
namespace {

// An agent that dies again and again is started ever more slowly, up to this.
constexpr int kRestartPauseMsMax = 5000;
constexpr int kRestartPauseMsMin = 20;
constexpr uint64_t kStableAfterNs = 10 * kNsPerSecond;
constexpr int kStopPatienceMs = 3000;

class Warden {
 public:
  explicit Warden(const WardenOptions& options) : options_(options) {}
  Result<int> run();

 private:
  Result<void> prepare();
  void load_sensor();
  Result<void> start_agent();
  Result<void> start_view();
  Result<int> serve();
  void answer_agent();
  void agent_ended();
  int stop_children(int exit_code);
  void say(const std::string& line) const {
    if (!options_.show && options_.lifeline < 0) std::fprintf(stderr, "picket: %s\n", line.c_str());
  }

  const WardenOptions& options_;
  Account account_;
  std::string cgroup_;
  bool whole_machine_ = true;
  std::unique_ptr<sensor::bpf::LoadedPrograms> programs_;
  std::string note_;
  UniqueFd first_listener_;
  UniqueFd signals_;
  UniqueFd agent_socket_;
  Child agent_, view_;
  std::unique_ptr<Answering> answering_;
  uint32_t refusals_ = 0;
  MonoTime agent_started_;
  int restart_pause_ms_ = kRestartPauseMsMin;
};

Result<int> Warden::run() {
  TRY(prepare());
  load_sensor();
  TRY(start_agent());
  if (options_.show) TRY(start_view());
  return serve();
}

Result<void> Warden::prepare() {
  if (geteuid() != 0)
    return failure("watching the whole machine needs root",
                   "Use `sudo picket run`, or `picket connections` for what you may see yourself.");
  TRY_ASSIGN(account_, find_account(options_.user));
  // Before anything is loaded: whether the place is free.
  TRY_ASSIGN(first_listener_, bind_client_socket(options_.socket, account_.gid));
  sigset_t handled;
  sigemptyset(&handled);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&handled, number);
  sigprocmask(SIG_BLOCK, &handled, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signals_.reset(signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return system_failure("receive signals");
  return {};
}

void Warden::load_sensor() {
  if (options_.fallback) {
    note_ = "BPF was switched off by --fallback";
    return;
  }
  auto root = sensor::bpf::find_unified_cgroup_root();
  if (!root) {
    note_ = root.error().message;
    return;
  }
  cgroup_ = options_.cgroup.empty() ? *root : options_.cgroup;
  whole_machine_ = cgroup_ == *root;
  auto loaded = sensor::bpf::LoadedPrograms::load(cgroup_);
  if (!loaded) {
    note_ = loaded.error().message;
    say("running without BPF: " + note_);
    return;
  }
  programs_ = std::move(*loaded);
  for (const std::string& missing : programs_->missing()) note_ += (note_.empty() ? "" : "; ") + missing;
}

Result<void> Warden::start_agent() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return system_failure("make the socket pair to the agent");
  UniqueFd mine(pair[0]), theirs(pair[1]);
  std::vector<std::string> arguments{"picket", "agent", "--warden-fd", "3"};
  arguments.insert(arguments.end(), options_.agent_arguments.begin(), options_.agent_arguments.end());
  UniqueFd listener = std::move(first_listener_);
  if (!listener) {
    TRY_ASSIGN(listener, bind_client_socket(options_.socket, account_.gid));
  }
  TRY_ASSIGN(agent_, start_as(account_, arguments, {theirs.get()}, whole_machine_ ? "" : cgroup_));
  agent_socket_ = std::move(mine);
  answering_ = std::make_unique<Answering>(programs_.get(), note_, whole_machine_, std::move(listener));
  refusals_ = 0;
  agent_started_ = system_clock().mono();
  return {};
}

Result<void> Warden::start_view() {
  std::vector<std::string> arguments{"picket", "watch", "--socket", options_.socket};
  arguments.insert(arguments.end(), options_.view_arguments.begin(), options_.view_arguments.end());
  // The view belongs to whoever called sudo, so that it can write exports where they are.
  Account viewer = account_;
  if (const char* uid = std::getenv("SUDO_UID"); uid && std::strtoul(uid, nullptr, 10) != 0) {
    const char* gid = std::getenv("SUDO_GID");
    viewer.uid = static_cast<uid_t>(std::strtoul(uid, nullptr, 10));
    viewer.gid = gid ? static_cast<gid_t>(std::strtoul(gid, nullptr, 10)) : viewer.uid;
  }
  TRY_ASSIGN(view_, start_as(viewer, arguments, {}, ""));
  return {};
}

void Warden::answer_agent() {
  auto message = receive_message(agent_socket_.get(), sizeof(Request) + 1, 0);
  if (!message || message->closed) {
    agent_socket_.reset();
    return;
  }
  const Answering::Reply reply = answering_->answer(*message);
  if (reply.refused && ++refusals_ > kRefusalsMax) {
    say("the agent keeps asking for what is not to be had; starting it anew");
    syscall(SYS_pidfd_send_signal, agent_.pidfd.get(), SIGKILL, nullptr, 0);
    agent_socket_.reset();
    return;
  }
  const Bytes header{reinterpret_cast<const uint8_t*>(&reply.header), sizeof reply.header};
  const Bytes parts[] = {header, reply.bytes};
  if (!send_message(agent_socket_.get(), parts, reply.descriptors)) agent_socket_.reset();
}

void Warden::agent_ended() {
  int status = 0;
  if (waitpid(agent_.pid, &status, WNOHANG) != agent_.pid) return;
  agent_ = {};
  agent_socket_.reset();
  const bool stable = ns_between(agent_started_, system_clock().mono()) > kStableAfterNs;
  restart_pause_ms_ = stable ? kRestartPauseMsMin : std::min(restart_pause_ms_ * 2, kRestartPauseMsMax);
  say(WIFSIGNALED(status) ? "the agent was ended by signal " + std::to_string(WTERMSIG(status)) + "; starting it anew"
                          : "the agent ended with code " + std::to_string(WEXITSTATUS(status)) + "; starting it anew");
}

Result<int> Warden::serve() {
  for (;;) {
    pollfd waits[] = {{signals_.get(), POLLIN, 0},
                      {agent_socket_ ? agent_socket_.get() : -1, POLLIN, 0},
                      {agent_.pidfd ? agent_.pidfd.get() : -1, POLLIN, 0},
                      {view_.pidfd ? view_.pidfd.get() : -1, POLLIN, 0},
                      {options_.lifeline, POLLIN, 0}};
    const int timeout = agent_.pid < 0 ? restart_pause_ms_ : -1;
    const int ready = poll(waits, std::size(waits), timeout);
    if (ready < 0 && errno != EINTR) return system_failure("wait for the agent");
    if (ready == 0 && agent_.pid < 0) TRY(start_agent());
    if (waits[0].revents) {
      signalfd_siginfo info{};
      while (read(signals_.get(), &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD) return stop_children(0);
    }
    if (waits[4].revents) return stop_children(0);
    if (waits[1].revents) answer_agent();
    if (waits[2].revents) agent_ended();
    if (waits[3].revents) {
      int status = 0;
      waitpid(view_.pid, &status, 0);
      view_ = {};
      return stop_children(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
    }
  }
}

int Warden::stop_children(int exit_code) {
  unlink(options_.socket.c_str());
  for (Child* child : {&view_, &agent_}) {
    if (child->pid < 0) continue;
    syscall(SYS_pidfd_send_signal, child->pidfd.get(), SIGTERM, nullptr, 0);
    pollfd ended{child->pidfd.get(), POLLIN, 0};
    if (poll(&ended, 1, kStopPatienceMs) <= 0)
      syscall(SYS_pidfd_send_signal, child->pidfd.get(), SIGKILL, nullptr, 0);
    waitpid(child->pid, nullptr, 0);
  }
  return exit_code;
}

}  // namespace

Result<int> run_warden(const WardenOptions& options) { return Warden(options).run(); }

}  // namespace picket::app::warden
