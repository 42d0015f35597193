// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "app/analyze/analysis.h"

namespace picket::app::analyze {

// One line on standard error that says how far long work is: share, rate, time left. Shown only
// when the work takes longer than a second and only on a terminal; wiped at the end. Owns a thread
// of its own from start() on, so start it before the threads are confined.
class ProgressLine {
 public:
  static constexpr int kFirstAfterMs = 1000;
  static constexpr int kEveryMs = 200;

  ProgressLine(const Progress& progress, uint64_t bytes_total, size_t inputs_total)
      : progress_(progress), bytes_total_(bytes_total), inputs_total_(inputs_total) {}
  ~ProgressLine() { stop(); }

  void start();
  void stop();

 private:
  void run();

  const Progress& progress_;
  const uint64_t bytes_total_;
  const size_t inputs_total_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

// The line's text. `bytes_total` 0: not known beforehand.
std::string progress_text(uint64_t bytes, uint64_t bytes_total, uint64_t inputs_done,
                          size_t inputs_total, double seconds);

}  // namespace picket::app::analyze
