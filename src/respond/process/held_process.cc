// SPDX-License-Identifier: Apache-2.0
#include "respond/process/held_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/counter.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_reader.h"
#include "sensor/procfs/process_text.h"

namespace picket::respond {
namespace {

namespace procfs = sensor::procfs;

constexpr int kLookEachMs = 5;
Counter processes_max{"respond.processes_max", "processes not looked at: too many"};

std::optional<ProcessFound> read_found(uint32_t pid, bool executable) {
  const UniqueFd directory = procfs::open_process("/proc", pid);
  if (!directory) return std::nullopt;
  const auto text = procfs::read_file(directory.get(), "stat");
  const auto stat = text ? procfs::parse_stat(*text) : std::nullopt;
  if (!stat || stat->pid != pid) return std::nullopt;
  ProcessFound found;
  found.key = {pid, procfs::start_ns_from_ticks(stat->start_ticks)};
  found.parent_pid = stat->parent_pid;
  found.name = stat->command;
  found.state = stat->state;
  found.kernel_thread = stat->kernel_thread;
  if (executable)
    if (const auto link = procfs::read_link(directory.get(), "exe"))
      found.executable = procfs::parse_executable_link(*link).path;
  return found;
}

std::unexpected<Error> no_such(uint32_t pid) {
  return std::unexpected(Error{"there is no process " + std::to_string(pid), {}, ESRCH});
}

std::vector<ProcessFound> all(bool executables) {
  std::vector<ProcessFound> out;
  const UniqueFd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc) return out;
  procfs::visit_numbers(proc.get(), [&](uint32_t pid, const char*) {
    if (out.size() == kProcessesMax) {
      processes_max.add();
      return false;
    }
    if (auto found = read_found(pid, executables)) out.push_back(std::move(*found));
    return true;
  });
  return out;
}

void pause_ms(int ms) {
  const timespec time{0, ms * 1'000'000L};
  ::nanosleep(&time, nullptr);
}

}  // namespace

std::string state_words(char state) {
  const auto words = [&] {
    switch (state) {
      case 'T':
      case 't': return "suspended";
      case 'Z':
      case 'X': return "ended";
      case 'D': return "waiting in the kernel";
      case 'R': return "running";
      default: return "waiting";
    }
  };
  return std::string(words()) + " (" + state + ")";
}

Result<HeldProcess> HeldProcess::hold(uint32_t pid, uint64_t start_ns) {
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0 && (errno == ESRCH || errno == EINVAL)) return no_such(pid);
  if (pidfd < 0) return system_failure("hold process " + std::to_string(pid));
  HeldProcess held((UniqueFd(pidfd)));
  auto found = read_found(pid, true);
  // Still there after it was read: what was read is of the process that is held.
  if (!found || held.ended()) return no_such(pid);
  held.found_ = std::move(*found);
  if (start_ns != 0 && !event::same_process(held.found_.key, {pid, start_ns}))
    return std::unexpected(Error{"process " + std::to_string(pid) +
                                     " is another one than the one that was meant: the number was "
                                     "given away since",
                                 {},
                                 ESRCH});
  return held;
}

bool HeldProcess::ended() const { return wait_for_end(0); }

bool HeldProcess::wait_for_end(int timeout_ms) const {
  pollfd state{pidfd_.get(), POLLIN, 0};
  return ::poll(&state, 1, timeout_ms) == 1;
}

Result<ProcessFound> HeldProcess::look() const {
  auto found = read_found(found_.key.pid, false);
  if (!found || ended()) return no_such(found_.key.pid);
  return std::move(*found);
}

bool HeldProcess::wait_for_stop(bool stopped, int timeout_ms) const {
  for (int waited = 0;; waited += kLookEachMs) {
    const auto now = look();
    if (!now) return false;
    if ((now->state == 'T' || now->state == 't') == stopped) return true;
    if (waited >= timeout_ms) return false;
    pause_ms(kLookEachMs);
  }
}

Result<void> HeldProcess::signal(int number) const {
  if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0) return {};
  return system_failure("signal process " + std::to_string(found_.key.pid), errno,
                        errno == EPERM ? "It is another user's: this takes root." : "");
}

std::vector<ProcessFound> processes_now() { return all(true); }
std::vector<ProcessFound> parents_now() { return all(false); }

}  // namespace picket::respond
