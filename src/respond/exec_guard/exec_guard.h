// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::respond {

// Forbids that certain programs are started: by path, or by content wherever it is copied to
// (fanotify(7), FAN_OPEN_EXEC_PERM). The kernel holds each start on the watched file systems until
// this has answered, so the answer is quick or it is yes: a file that cannot be read and hashed
// within kBudgetMs may start (respond.exec_guard_let_through), and so may everything when this
// process ends. Takes root. One thread.
class ExecGuard {
 public:
  static constexpr int kBudgetMs = 250;        // for one answer
  static constexpr size_t kKnownMax = 65'536;  // files whose hash is remembered; then anew
  static constexpr size_t kRulesMax = 100'000;

  struct Rules {
    std::set<std::string> paths;   // canonical
    std::set<std::string> sha256;  // lower-case hexadecimal
  };
  // A start that was forbidden.
  struct Denied {
    uint32_t pid = 0;  // who wanted to
    std::string path, sha256;
    std::string why;  // "its path", "its content"
  };
  struct Account {
    uint64_t answered = 0, denied = 0, let_through = 0;
    uint64_t longest_us = 0, total_us = 0;
  };

  // Watches the file systems that `places` are on. An Error where the kernel or the rights do not
  // do.
  static Result<ExecGuard> start(Rules rules, const std::vector<std::string>& places);

  // Answers what waits, for up to `timeout_ms`; false: the kernel's queue is gone.
  bool answer(int timeout_ms, const std::function<void(const Denied&)>& denied);
  const Account& account() const { return account_; }

 private:
  using Identity = std::tuple<uint64_t, uint64_t, int64_t, int64_t, int64_t>;
  ExecGuard(UniqueFd queue, Rules rules) : queue_(std::move(queue)), rules_(std::move(rules)) {}
  bool forbidden(int file, MonoTime until, Denied& about);
  std::string hash_of(int file, const struct stat& facts, MonoTime until);

  UniqueFd queue_;
  Rules rules_;
  std::map<Identity, std::string> known_;
  Account account_;
};

}  // namespace picket::respond
