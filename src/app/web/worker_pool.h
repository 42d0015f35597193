// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace picket::app::web {

// Threads that do what may wait, in the order it came, with a bound on what waits. Signals go to
// other threads. Any thread may submit.
class WorkerPool {
 public:
  // `on_thread_start` has returned on each thread when the constructor returns.
  WorkerPool(size_t threads, size_t waiting_max, const std::function<void()>& on_thread_start);
  ~WorkerPool();  // what was begun is finished, what waits is dropped

  // False: too much waits already.
  bool submit(std::function<void()> work);

 private:
  void run();
  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

// A thread on which no signal handler runs; returns when `first` has, on that thread.
std::thread start_thread(const std::function<void()>& first, std::function<void()> then);

}  // namespace picket::app::web
