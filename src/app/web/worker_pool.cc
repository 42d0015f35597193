// SPDX-License-Identifier: Apache-2.0
#include "app/web/worker_pool.h"

#include <pthread.h>
#include <signal.h>

#include <latch>

namespace picket::app::web {

std::thread start_thread(const std::function<void()>& first, std::function<void()> then) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::latch begun(1);
  std::thread thread([&begun, &first, work = std::move(then)] {
    if (first) first();
    begun.count_down();
    work();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  begun.wait();
  return thread;
}

WorkerPool::WorkerPool(size_t threads, size_t waiting_max,
                       const std::function<void()>& on_thread_start)
    : waiting_max_(waiting_max) {
  for (size_t i = 0; i < threads; ++i)
    threads_.push_back(start_thread(on_thread_start, [this] { run(); }));
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
      if (stop_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace picket::app::web
