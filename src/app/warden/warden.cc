// SPDX-License-Identifier: Apache-2.0
#include "app/warden/warden.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/warden/agent_keeper.h"
#include "app/warden/client_listener.h"
#include "app/warden/state_folder.h"

namespace picket::app::warden {
namespace {

class Warden {
 public:
  explicit Warden(const WardenOptions& options) : options_(options) {}
  Result<int> run();

 private:
  Result<void> prepare();
  Result<void> load_sensor();
  Result<Child> start_agent(UniqueFd socket);
  Result<std::unique_ptr<Answering>> admit_agent();
  Result<void> start_view();
  Result<int> serve();
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
  Child view_;
  AgentKeeper agent_{[this](UniqueFd socket) { return start_agent(std::move(socket)); },
                     [this] { return admit_agent(); },
                     [this](const std::string& line) { say(line); }};
};

Result<int> Warden::run() {
  TRY(prepare());
  // Before the sensor, which may go into a mount namespace of its own: what is pinned is for all.
  // Watching goes on without; what is pinned already blocks on.
  if (options_.firewall.restore)
    if (const auto restored = options_.firewall.restore(); !restored)
      say("the firewall's rules are not in force: " + restored.error().text());
  TRY(load_sensor());
  TRY(agent_.start());
  if (options_.show) TRY(start_view());
  return serve();
}

Result<void> Warden::prepare() {
  if (geteuid() != 0)
    return failure("watching the whole machine needs root",
                   "Use `sudo picket run`, or `picket connections` for what you may see yourself.");
  TRY_ASSIGN(account_, find_account(options_.user));
  // The agent says what is wrong with it, when it cannot write there.
  if (!options_.state.empty())
    if (const auto made = make_state_folder(options_.state, account_); !made)
      say(made.error().message);
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

// Without BPF picket runs on what the kernel lists; but not where one cgroup was asked for, which
// only the hooks can tell apart.
Result<void> Warden::load_sensor() {
  if (options_.fallback) {
    note_ = "BPF was switched off by --fallback";
    return {};
  }
  auto root = sensor::bpf::find_unified_cgroup_root();
  if (!root) {
    note_ = root.error().message;
    return {};
  }
  cgroup_ = options_.cgroup.empty() ? *root : options_.cgroup;
  whole_machine_ = cgroup_ == *root;
  auto loaded = sensor::bpf::LoadedPrograms::load(cgroup_);
  if (!loaded) {
    if (!options_.cgroup.empty()) return std::unexpected(loaded.error());
    note_ = loaded.error().message;
    say("running without BPF: " + note_);
    return {};
  }
  programs_ = std::move(*loaded);
  for (const std::string& missing : programs_->missing())
    note_ += (note_.empty() ? "" : "; ") + missing;
  return {};
}

Result<std::unique_ptr<Answering>> Warden::admit_agent() {
  UniqueFd listener = std::move(first_listener_);
  if (!listener) {
    TRY_ASSIGN(listener, bind_client_socket(options_.socket, account_.gid));
  }
  return std::make_unique<Answering>(programs_.get(), note_, whole_machine_, std::move(listener),
                                     options_.firewall);
}

Result<Child> Warden::start_agent(UniqueFd socket) {
  std::vector<std::string> arguments{"picket", "agent", "--warden-fd", "3"};
  arguments.insert(arguments.end(), options_.agent_arguments.begin(),
                   options_.agent_arguments.end());
  return start_as(account_, arguments, {socket.get()}, whole_machine_ ? "" : cgroup_);
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

Result<int> Warden::serve() {
  for (;;) {
    pollfd waits[] = {{signals_.get(), POLLIN, 0},
                      {agent_.socket(), POLLIN, 0},
                      {agent_.process(), POLLIN, 0},
                      {view_.pidfd.get(), POLLIN, 0},
                      {options_.lifeline, POLLIN, 0}};
    if (poll(waits, std::size(waits), agent_.wait_ms()) < 0) {
      if (errno != EINTR) return system_failure("wait for the agent");
      continue;
    }
    if (waits[0].revents) {
      signalfd_siginfo info{};
      while (read(signals_.get(), &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD) return stop_children(0);
    }
    if (waits[4].revents) return stop_children(0);
    if (waits[1].revents) agent_.serve_message();
    if (waits[2].revents) agent_.reap();
    if (const auto code = agent_.gave_up()) return stop_children(*code);
    if (waits[3].revents) {
      int status = 0;
      waitpid(view_.pid, &status, 0);
      view_ = {};
      return stop_children(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
    }
    TRY(agent_.keep_time());
  }
}

int Warden::stop_children(int exit_code) {
  unlink(options_.socket.c_str());
  stop_child(view_);
  agent_.stop();
  return exit_code;
}

}  // namespace

Result<int> run_warden(const WardenOptions& options) { return Warden(options).run(); }

}  // namespace picket::app::warden
