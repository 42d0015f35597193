// SPDX-License-Identifier: Apache-2.0
#include "app/tui/asker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>

namespace picket::app::tui {

Result<std::unique_ptr<Asker>> Asker::create(FrameSource& source) {
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return system_failure("make an event descriptor");
  std::unique_ptr<Asker> asker(new Asker(source, std::move(wake)));
  // Signals are for the thread that draws: the new thread starts with all of them blocked.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  int error = 0;
  try {
    asker->thread_ = std::thread([raw = asker.get()] { raw->run(); });
  } catch (const std::system_error& thrown) {
    error = thrown.code().value();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) return system_failure("start a thread", error);
  return asker;
}

Asker::~Asker() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  asked_.notify_one();
  source_.cancel();
  thread_.join();
}

void Asker::ask(view::FrameQuery query) {
  {
    std::lock_guard lock(mutex_);
    waiting_ = std::move(query);
  }
  asked_.notify_one();
}

bool Asker::busy() const {
  std::lock_guard lock(mutex_);
  return under_way_ || waiting_.has_value();
}

std::optional<Asker::Answer> Asker::take() {
  std::lock_guard lock(mutex_);
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t drained = ::read(wake_.get(), &count, sizeof count);
  return std::exchange(answer_, std::nullopt);
}

void Asker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [&] { return stop_ || waiting_; });
    if (stop_) return;
    const view::FrameQuery query = *std::exchange(waiting_, std::nullopt);
    under_way_ = true;
    lock.unlock();
    auto result = source_.ask(query);
    lock.lock();
    under_way_ = false;
    answer_.emplace(query, std::move(result));
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t woken = ::write(wake_.get(), &one, sizeof one);
  }
}

}  // namespace picket::app::tui
