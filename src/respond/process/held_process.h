// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "event/vocabulary.h"

namespace picket::respond {

// A process as /proc/PID/stat tells it (proc(5)), enough to decide whether it may be acted on.
struct ProcessFound {
  event::ProcessKey key;
  uint32_t parent_pid = 0;
  std::string name;        // as it set it: printable() it
  std::string executable;  // empty: none, or not ours to see
  char state = '?';
  bool kernel_thread = false;
};
std::string state_words(char state);  // "running (S)"

// One very process, held by a pidfd (pidfd_open(2)): a signal reaches it or nobody, whatever
// happens to its number meanwhile.
class HeldProcess {
 public:
  // `start_ns` 0: whoever has that pid now. ESRCH where there is none, or it is another than the
  // one that was meant; the start is compared after the process is held.
  static Result<HeldProcess> hold(uint32_t pid, uint64_t start_ns = 0);

  const ProcessFound& found() const { return found_; }
  // What it is now; ESRCH: it has ended.
  Result<ProcessFound> look() const;
  Result<void> signal(int number) const;
  bool ended() const;
  // Whether it has ended (or with a state: is stopped) within `timeout_ms`.
  bool wait_for_end(int timeout_ms) const;
  bool wait_for_stop(bool stopped, int timeout_ms) const;

 private:
  explicit HeldProcess(UniqueFd pidfd) : pidfd_(std::move(pidfd)) {}
  UniqueFd pidfd_;
  ProcessFound found_;
};

// Everything that runs, as one look at /proc; at most kProcessesMax.
constexpr size_t kProcessesMax = 65'536;
std::vector<ProcessFound> processes_now();
// The same without executables, which take a system call each.
std::vector<ProcessFound> parents_now();

}  // namespace picket::respond
