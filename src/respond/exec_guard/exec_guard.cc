// SPDX-License-Identifier: Apache-2.0
#include "respond/exec_guard/exec_guard.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include <algorithm>

#include "base/counter.h"
#include "base/utf8.h"
#include "process/digest.h"
#include "sensor/procfs/proc_files.h"

namespace picket::respond {
namespace {

constexpr size_t kQueueBytes = 64 * 1024;
constexpr size_t kHashedAtOnce = 256 * 1024;

Counter let_through{"respond.exec_guard_let_through",
                    "programs that were started because they could not be judged in time"};
Counter forgotten{"respond.exec_guard_known_max", "hashes forgotten: too many files"};

int64_t guard_ns(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

Result<ExecGuard> ExecGuard::start(Rules rules, const std::vector<std::string>& places) {
  if (rules.paths.size() + rules.sha256.size() > kRulesMax)
    return failure("more than " + std::to_string(kRulesMax) + " programs");
  UniqueFd queue(::fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK,
                                 O_RDONLY | O_LARGEFILE | O_CLOEXEC));
  if (!queue)
    return system_failure("ask the kernel for fanotify", errno,
                          errno == EPERM ? "It takes root." : "");
  for (const std::string& place : places)
    if (::fanotify_mark(queue.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_EXEC_PERM,
                        AT_FDCWD, place.c_str()) != 0)
      return system_failure("watch the file system of " + printable(place), errno,
                            errno == EINVAL ? "The kernel cannot hold starts there." : "");
  return ExecGuard(std::move(queue), std::move(rules));
}

// Empty: not in time, or not to be read.
std::string ExecGuard::hash_of(int file, const struct stat& facts, MonoTime until) {
  const Identity identity(facts.st_dev, facts.st_ino, facts.st_size, guard_ns(facts.st_mtim),
                          guard_ns(facts.st_ctim));
  if (const auto at = known_.find(identity); at != known_.end()) return at->second;
  process::Digest digest(process::DigestKind::kSha256);
  std::vector<uint8_t> piece(kHashedAtOnce);
  for (off_t at = 0;;) {
    const ssize_t count = ::pread(file, piece.data(), piece.size(), at);
    if (count < 0 || system_clock().mono() > until) return {};
    if (count == 0) break;
    digest.update({piece.data(), static_cast<size_t>(count)});
    at += count;
  }
  if (known_.size() >= kKnownMax) {
    forgotten.add(known_.size());
    known_.clear();
  }
  return known_[identity] = digest.finish_hex();
}

bool ExecGuard::forbidden(int file, MonoTime until, Denied& about) {
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  about.path = sensor::procfs::read_link(AT_FDCWD, link.c_str()).value_or(std::string());
  if (rules_.paths.contains(about.path)) {
    about.why = "its path";
    return true;
  }
  if (rules_.sha256.empty()) return false;
  struct stat facts {};
  if (::fstat(file, &facts) == 0) about.sha256 = hash_of(file, facts, until);
  if (about.sha256.empty()) {
    ++account_.let_through;
    let_through.add();
    return false;
  }
  about.why = "its content";
  return rules_.sha256.contains(about.sha256);
}

bool ExecGuard::answer(int timeout_ms, const std::function<void(const Denied&)>& denied) {
  pollfd state{queue_.get(), POLLIN, 0};
  if (::poll(&state, 1, timeout_ms) <= 0) return true;
  alignas(fanotify_event_metadata) char events[kQueueBytes];
  ssize_t bytes = ::read(queue_.get(), events, sizeof events);
  if (bytes < 0) return errno == EAGAIN || errno == EINTR;
  const auto* event = reinterpret_cast<const fanotify_event_metadata*>(events);
  for (; FAN_EVENT_OK(event, bytes); event = FAN_EVENT_NEXT(event, bytes)) {
    const UniqueFd file(event->fd);
    if (!file || (event->mask & FAN_OPEN_EXEC_PERM) == 0) continue;
    const MonoTime began = system_clock().mono();
    Denied about;
    about.pid = static_cast<uint32_t>(event->pid);
    const MonoTime until{began.ns + kBudgetMs * kNsPerMs};
    const bool no = forbidden(file.get(), until, about);
    const fanotify_response response{file.get(), no ? uint32_t{FAN_DENY} : uint32_t{FAN_ALLOW}};
    if (::write(queue_.get(), &response, sizeof response) != sizeof response) return false;
    const uint64_t us = ns_between(began, system_clock().mono()) / 1000;
    ++account_.answered;
    account_.total_us += us;
    account_.longest_us = std::max(account_.longest_us, us);
    if (!no) continue;
    ++account_.denied;
    denied(about);  // after the answer: whoever waits does not wait for a log
  }
  return true;
}

}  // namespace picket::respond
